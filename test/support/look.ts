import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';

const source = join(import.meta.dirname, '../../tasks/buildah-remote-oci-ta/fixture/look.c');

/** A static program that tells what a RUN line sees: an image of nothing but it is one that RUN lines work in. */
export async function compileLook(): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), 'look-'));
  try {
    const program = join(directory, 'look');
    await run('gcc', ['-static', '-O1', '-Wall', '-Werror', '-o', program, source]);
    return readFileSync(program);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** RUN lines that each call the program of {@link compileLook}, which is /look. */
export function looking(
  ...commands: readonly (readonly [kind: string, what: string, ...options: string[]])[]
): string {
  return commands
    .map(
      ([kind, what, ...options]) =>
        `${['RUN', ...options].join(' ')} ${JSON.stringify(['/look', kind, what])}\n`,
    )
    .join('');
}
