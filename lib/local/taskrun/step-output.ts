import { logLine } from '#lib/runs';
import { type AppendFile, appendFile } from '../files/append-file.ts';
import type { Step } from '../model/api.ts';
import type { ContainerOutput } from '../pod/backend.ts';
import { type HostMount, hostFile } from '../pod/mount-paths.ts';
import type { Engine } from './engine.ts';
import { splitLines } from './lines.ts';

export interface StepOutput extends ContainerOutput {
  readonly end: () => Promise<void>;
}

/** Sends what a step writes to the log, line by line to the events, and where stdoutConfig and stderrConfig say. */
export async function stepOutput(
  engine: Engine,
  where: { readonly task: string; readonly taskRun: string; readonly step: string },
  { stdoutConfig, stderrConfig }: Pick<Step, 'stdoutConfig' | 'stderrConfig'>,
  mounts: readonly HostMount[],
): Promise<StepOutput> {
  const log = await engine.openLog(where.taskRun, where.step);
  const linesOf = (stream: 'stdout' | 'stderr') =>
    splitLines((text, isWhole) => {
      log.write(logLine({ time: new Date().toISOString(), stream, isWhole, text }));
      engine.emit({ type: 'step-log', ...where, stream, text });
    });
  const lines = { stdout: linesOf('stdout'), stderr: linesOf('stderr') };
  const files = new Map<string, AppendFile>();
  const open = async (path: string | undefined) => {
    if (path === undefined || path === '') return undefined;
    const host = await hostFile(path, mounts);
    if (host === undefined) return undefined;
    const tell = (error: Error) =>
      engine.emit({
        type: 'step-log',
        ...where,
        stream: 'stderr',
        text: `cannot write ${path}: ${error.message}`,
      });
    const file = files.get(host) ?? appendFile(host, tell, { isShared: true });
    files.set(host, file);
    return file;
  };
  const tees = { stdout: await open(stdoutConfig?.path), stderr: await open(stderrConfig?.path) };
  return {
    write: (chunk, stream) => {
      lines[stream].write(chunk);
      tees[stream]?.write(chunk);
    },
    drained: () => {
      const waits = [
        engine.drained(),
        log.drained(),
        ...Array.from(files.values(), (file) => file.drained()),
      ];
      const pending = waits.filter((wait) => wait !== undefined);
      return pending.length === 0 ? undefined : Promise.all(pending);
    },
    end: async () => {
      lines.stdout.end();
      lines.stderr.end();
      await Promise.all([log.end(), ...Array.from(files.values(), (file) => file.end())]);
    },
  };
}
