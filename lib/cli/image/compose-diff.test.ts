import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captured } from '#test/captured';
import { writeCompose } from '#test/small-compose';
import { main } from '../main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-diff-'));
  compose('old', {
    x86_64: [
      'a-0:1-1.x86_64',
      'b-0:2-1.x86_64',
      'c-1:1-1.noarch',
      'gone-0:1-1.x86_64',
      'a-debuginfo-0:1-1.x86_64',
    ],
    s390x: ['a-0:1-1.s390x', 'b-0:2-1.s390x', 'c-1:1-1.noarch'],
  });
  compose('new', {
    x86_64: ['a-0:1-10.x86_64', 'b-0:2~rc1-1.x86_64', 'c-1:1-1.noarch', 'came-0:1-1.x86_64'],
    s390x: ['a-0:1-10.s390x', 'b-0:2-1.s390x', 'c-1:1-1.noarch'],
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function compose(name: string, packages: Parameters<typeof writeCompose>[1]): void {
  mkdirSync(join(folder, name));
  writeCompose(join(folder, name), packages);
}

const diff = (...args: readonly string[]) =>
  captured(() => main(['compose', 'diff', join(folder, 'old'), join(folder, 'new'), ...args]));

test('packages that came, went, and are newer or older, with the architectures where it is so', async () => {
  const { stdout, code } = await diff();

  expect(code).toBe(0);
  const lines = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' '));
  expect(lines.slice(1, 5)).toEqual([
    '> a 1-1 1-10 s390x x86_64',
    '< b 2-1 2~rc1-1 x86_64',
    '+ came 1-1 x86_64',
    '- gone 1-1 x86_64',
  ]);
  expect(lines[5]).toMatch(/: 1 added, 1 removed, 1 newer, 1 older, 0 other$/);
});

test('as JSON, and of one architecture alone', async () => {
  const { stdout } = await diff('--arch', 's390x', '--output', 'json');

  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    changes: [{ name: 'a', kind: 'newer', before: ['1-1'], after: ['1-10'], arches: ['s390x'] }],
  });
});

test('what is no compose is an error', async () => {
  expect(await captured(() => main(['compose', 'diff', join(folder, 'old'), folder]))).toMatchObject({
    code: 3,
    stdout: '',
  });
});
