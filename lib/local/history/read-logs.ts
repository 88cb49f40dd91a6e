import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isInUse } from '../leftovers.ts';
import { type LogLine, parseLogLine } from '../log-line.ts';
import type { RunSummary } from './list-runs.ts';
import { readEvents } from './read-events.ts';

/** A line of a step's log, with whose it is. */
export interface StoredLine extends LogLine {
  /** The pipeline task's name. */
  readonly task: string;
  readonly taskRun: string;
  readonly step: string;
}

export interface LogOptions {
  /** Only these pipeline tasks or TaskRuns; all of them unless told. */
  readonly tasks?: readonly string[];
  readonly steps?: readonly string[];
  /** Goes on until the run ends. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

const INTERVAL = 200;
const CHUNK = 64 * 1024;

/** What the steps of a run have written, in the order of time. */
export async function* readLogs(
  { directory }: Pick<RunSummary, 'directory'>,
  { tasks, steps, follow = false, signal }: LogOptions = {},
): AsyncGenerator<StoredLine> {
  const offsets = new Map<string, number>();
  for (;;) {
    // Asked first: what is written until it ends is read after that.
    const goesOn = follow && !signal?.aborted && (await isInUse(join(directory, 'work')));
    const files = (await listFiles(directory)).filter(
      ({ task, taskRun, step }) =>
        (!tasks || tasks.includes(task) || tasks.includes(taskRun)) && (!steps || steps.includes(step)),
    );
    yield* merge(files.map((file) => readLines(file, offsets)));
    if (!goesOn) return;
    await sleep(INTERVAL, undefined, { signal }).catch(() => undefined);
  }
}

interface LogFile extends Pick<StoredLine, 'task' | 'taskRun' | 'step'> {
  readonly path: string;
}

async function listFiles(directory: string): Promise<readonly LogFile[]> {
  const events = await readEvents(directory);
  const names = new Map(
    events.flatMap((event) => (event.type === 'task-start' ? [[event.taskRun, event.task] as const] : [])),
  );
  const logs = join(directory, 'logs');
  const lists = await Promise.all(
    (await readdir(logs).catch((): string[] => [])).sort().map(async (taskRun) => {
      const files = await readdir(join(logs, taskRun)).catch((): string[] => []);
      return files.sort().map((file) => ({
        path: join(logs, taskRun, file),
        task: names.get(taskRun) ?? taskRun,
        taskRun,
        step: file.replace(/\.log$/, ''),
      }));
    }),
  );
  return lists.flat();
}

/** The whole lines from where the last reading ended. */
async function* readLines(
  { path, ...of }: LogFile,
  offsets: Map<string, number>,
): AsyncGenerator<StoredLine> {
  const file = await open(path);
  try {
    let position = offsets.get(path) ?? 0;
    let rest = Buffer.alloc(0);
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, position + rest.length);
      if (bytesRead === 0) return;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        const line = parseLogLine(rest.toString('utf8', 0, end));
        rest = rest.subarray(end + 1);
        position += end + 1;
        offsets.set(path, position);
        if (line) yield { ...line, ...of };
      }
    }
  } finally {
    await file.close();
  }
}

/** Several sorted logs as one. */
async function* merge(sources: readonly AsyncGenerator<StoredLine>[]): AsyncGenerator<StoredLine> {
  const heads = await Promise.all(
    sources.map(async (source) => ({ source, line: (await source.next()).value as StoredLine | undefined })),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.line && (!first?.line || head.line.time < first.line.time)) first = head;
    }
    if (!first?.line) return;
    yield first.line;
    first.line = (await first.source.next()).value as StoredLine | undefined;
  }
}
