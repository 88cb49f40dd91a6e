import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, 'check-versions.ts');

test('it says what it does, and refuses what it does not know in words', async () => {
  const help = await execa(process.execPath, [script, '--help'], { reject: false });
  const wrong = await execa(process.execPath, [script, '--bsae', 'x'], { reject: false });

  expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--base <revision>') });
  expect(wrong).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^error: unknown option '--bsae'/),
  });
  expect(wrong.stderr).not.toContain('    at ');
});
