import { vi } from 'vitest';

export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/**
 * What a command wrote and the exit code that it left, in this process, which is ten times faster than in one of its own.
 *
 * @param onOutput is told each text as it is written
 */
export async function captured(
  command: () => Promise<void>,
  onOutput: (text: string) => void = () => {},
): Promise<Captured> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      onOutput(String(text));
      return true;
    }),
  );
  process.exitCode = undefined;
  try {
    await command();
    return { ...said, code: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
