import { expect, test } from 'vitest';
import { canRun } from './emulation.ts';

test.for(['amd64', 'arm64', 'ppc64le', 's390x'])(
  'a program of %s runs on this machine',
  async (architecture) => {
    expect(await canRun(architecture)).toBe(true);
  },
);

test('an architecture without a handler does not', async () => {
  expect(await canRun('mips64le')).toBe(false);
});
