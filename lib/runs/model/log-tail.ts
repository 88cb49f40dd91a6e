import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogLine, parseLogLine } from '../log-line.ts';

const MOST = 32 * 1024;

/** The last lines of a step's log, as many as fit in 32 KiB; none where it wrote nothing. */
export async function logTail(
  directory: string,
  taskRun: string,
  step: string,
  lines: number,
): Promise<readonly LogLine[]> {
  const file = await open(join(directory, 'logs', taskRun, `${step}.log`)).catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - MOST);
    const buffer = Buffer.alloc(size - start);
    await file.read(buffer, 0, buffer.length, start);
    const found = buffer
      .toString('utf8')
      .split('\n')
      .flatMap((line) => parseLogLine(line) ?? []);
    // The first of them may be the end of a line.
    return found.slice(-lines);
  } finally {
    await file.close();
  }
}
