import { constants, createWriteStream, type WriteStream } from 'node:fs';
import type { Step } from './api.ts';
import type { ContainerOutput } from './backend.ts';
import type { Engine } from './engine.ts';
import { splitLines } from './lines.ts';
import { type HostMount, hostFile } from './mount-paths.ts';

export interface StepOutput {
  readonly write: ContainerOutput;
  readonly end: () => Promise<void>;
}

/** Sends what a step writes to the log, line by line to the events, and where stdoutConfig and stderrConfig say. */
export async function stepOutput(
  engine: Engine,
  where: { readonly task: string; readonly taskRun: string; readonly step: string },
  { stdoutConfig, stderrConfig }: Pick<Step, 'stdoutConfig' | 'stderrConfig'>,
  mounts: readonly HostMount[],
): Promise<StepOutput> {
  const log = engine.openLog(where.taskRun, where.step);
  const lines = {
    stdout: splitLines((text) => engine.emit({ type: 'step-log', ...where, stream: 'stdout', text })),
    stderr: splitLines((text) => engine.emit({ type: 'step-log', ...where, stream: 'stderr', text })),
  };
  const files = new Map<string, WriteStream>();
  const open = async (path: string | undefined) => {
    if (path === undefined || path === '') return undefined;
    const file = await hostFile(path, mounts);
    if (file === undefined) return undefined;
    const stream = files.get(file) ?? appendTo(file);
    files.set(file, stream);
    return stream;
  };
  const tees = { stdout: await open(stdoutConfig?.path), stderr: await open(stderrConfig?.path) };
  return {
    write: (chunk, stream) => {
      log.write(chunk, stream);
      lines[stream].write(chunk);
      tees[stream]?.write(chunk);
    },
    end: async () => {
      lines.stdout.end();
      lines.stderr.end();
      await Promise.all([log.end(), ...Array.from(files.values(), ended)]);
    },
  };
}

/** Never through a link: a step could have put it there to reach a file of this machine. */
function appendTo(file: string): WriteStream {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  return createWriteStream(file, {
    flags: (O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW) as unknown as string,
    mode: 0o644,
  });
}

function ended(stream: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.end(resolve);
  });
}
