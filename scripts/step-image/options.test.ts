import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { readOptions } from './options.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test('what may be published has no compiled code unless it is asked for, what stays here has it', () => {
  expect(readOptions(['--output', 'oci:a']).compiledCode).toBe(false);
  expect(readOptions(['--output', 'oci:a', '--compiled-code']).compiledCode).toBe(true);
  expect(readOptions([]).compiledCode).toBe(true);
});

test('what may be published has cosign unless it is left out, what stays here where it is asked for', () => {
  expect(readOptions(['--output', 'oci:a']).cosign).toBe(true);
  expect(readOptions(['--output', 'oci:a', '--no-cosign']).cosign).toBe(false);
  expect(readOptions([]).cosign).toBe(false);
  expect(readOptions(['--cosign']).cosign).toBe(true);
});

test.for([`quay.io/fedora/fedora:43@${digest}`, `quay.io/fedora/fedora@${digest}`, 'localhost/base:1'])(
  'an image that may be published is built on %s',
  (base) => {
    expect(readOptions(['--output', 'oci:a', '--base', base]).base).toBe(base);
  },
);

test.for(['quay.io/fedora/fedora:43', 'quay.io/fedora/fedora', 'quay.io/a@sha256:0'])(
  'an image that may be published is not built on %s',
  async (base) => {
    const main = join(import.meta.dirname, 'main.ts');

    await expect(run(process.execPath, [main, '--output', 'oci:a', '--base', base])).rejects.toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`--base ${base} can be another image tomorrow`),
    });
  },
);
