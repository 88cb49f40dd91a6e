import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ClusterObject } from '#lib/cluster-api';
import { makeDirectories, writeWhole } from '#lib/process';
import type { RunEvent, Sink, StoredRun } from '#lib/runs';
import { toYaml } from '#lib/tekton/objects';
import { withoutUserinfo } from '#lib/text';
import { type AppendFile, appendFile } from '../files/append-file.ts';
import { removeDirectory } from '../files/remove-directory.ts';
import type { PipelineRun, TaskRun } from '../model/api.ts';
import { followPicture } from './follow-picture.ts';
import { COMMAND_FILE, commandText, type KeptCommand, readCommand } from './kept-command.ts';
import { keptObject } from './kept-object.ts';
import { summarize } from './list-runs.ts';

/** What a param or a result says of who asks is for the steps, and not for whoever reads of the run later. */
const HIDDEN = '***@';

/** Where a run leaves its traces: status, logs, events. */
export interface RunDirectory {
  readonly path: string;
  /** For volumes; gone at the end. */
  readonly work: string;
  readonly openLog: (taskRun: string, step: string) => Promise<AppendFile>;
  readonly events: Sink;
  /** What to wait for where events come faster than they are written. */
  readonly drained: () => Promise<void> | undefined;
  /** What could not be written, the first of it; undefined where all is well. */
  readonly problem: () => Error | undefined;
  /** What has happened so far, but for the logs. */
  readonly recorded: () => readonly RunEvent[];
  readonly writeCommand: (command: KeptCommand) => Promise<void>;
  readonly writeStatus: (file: string, object: PipelineRun | TaskRun) => Promise<void>;
  /** Keeps an object that a step has changed; at any time all of it is there, or what was there before. */
  readonly writeObject: (file: string, object: ClusterObject) => void;
  /** The page of the run; a picture that cannot be made is no reason for a run to fail. */
  readonly writePicture: (
    run: Pick<StoredRun, 'taskRuns' | 'pipelineRuns'> & { readonly run: PipelineRun | TaskRun },
  ) => Promise<void>;
  /** Writes it while the run goes on, too; gives what ends that. */
  readonly followPicture: () => () => Promise<void>;
  readonly removeWork: () => Promise<void>;
}

/** `$XDG_STATE_HOME/bootc-catalog/runs`, by default under ~/.local/state; empty is unset, as the specification has it. */
export function defaultRunsDirectory(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'bootc-catalog/runs');
}

/** Makes `<runs>/<name>`, or with a number after it where there is one already. */
export async function makeRunDirectory(runs: string, name: string): Promise<RunDirectory> {
  makeDirectories(runs);
  const path = await makeUnique(join(runs, name));
  const work = join(path, 'work');
  await mkdir(work, { mode: 0o700 });
  const recorded: RunEvent[] = [];
  let problem: Error | undefined;
  const onProblem = (error: Error) => {
    problem ??= error;
  };
  const events = appendFile(join(path, 'events.jsonl'), onProblem);
  return {
    path,
    work,
    events: {
      event: (event: RunEvent) => {
        // The logs have files of their own.
        if (event.type === 'step-log') return;
        recorded.push(event);
        events.write(`${withoutUserinfo(JSON.stringify(event), HIDDEN)}\n`);
      },
      close: () => events.end(),
    },
    drained: () => events.drained(),
    problem: () => problem,
    recorded: () => recorded,
    openLog: async (taskRun, step) => {
      const logs = join(path, 'logs', taskRun);
      await mkdir(logs, { recursive: true });
      return appendFile(join(logs, `${step}.log`), onProblem);
    },
    writeCommand: (command) =>
      writeFile(join(path, COMMAND_FILE), `${withoutUserinfo(JSON.stringify(command), HIDDEN)}\n`, {
        mode: 0o600,
      }),
    writeStatus: async (file, object) => {
      await mkdir(join(path, file, '..'), { recursive: true });
      await writeFile(join(path, file), withoutUserinfo(toYaml(keptObject(object)), HIDDEN));
    },
    writeObject: (file, object) => writeWhole(join(path, file), withoutUserinfo(toYaml(object), HIDDEN)),
    writePicture: (run) => writePicture(path, recorded, run).catch(onProblem),
    followPicture: () => followPicture(() => writePicture(path, recorded, UNFINISHED).catch(onProblem)),
    removeWork: () => removeDirectory(work),
  };
}

const UNFINISHED = { run: undefined, taskRuns: [], pipelineRuns: [] };

async function writePicture(
  directory: string,
  events: readonly RunEvent[],
  { run, taskRuns, pipelineRuns }: Pick<StoredRun, 'run' | 'taskRuns' | 'pipelineRuns'>,
): Promise<void> {
  const { runPicture } = await import('#lib/runs');
  const summary = await summarize(directory, events);
  if (!summary) return;
  const command = commandText(await readCommand(directory));
  const page = await runPicture({ summary, events, run, taskRuns, pipelineRuns, command });
  // Whole at any time: a browser may be reading it.
  writeWhole(join(directory, 'run.html'), withoutUserinfo(page, HIDDEN));
}

async function makeUnique(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    try {
      await mkdir(candidate, { mode: 0o755 });
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
