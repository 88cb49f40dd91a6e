import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appendFile } from './append-file.ts';

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'append-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('writes what comes, and more than fits into memory waits', async () => {
  const path = join(await temporary(), 'log');
  const file = appendFile(path, () => expect.unreachable());

  for (let count = 0; count < 100; count++) {
    file.write(Buffer.alloc(10_000, 'x'));
    await file.drained();
  }
  await file.end();

  expect((await readFile(path)).length).toBe(1_000_000);
});

test('a full disk is told once, and ends nothing', async () => {
  const problems: string[] = [];
  const file = appendFile('/dev/full', (error) => problems.push((error as NodeJS.ErrnoException).code ?? ''));

  file.write('a');
  await new Promise((resolve) => setTimeout(resolve, 50));
  file.write('b');
  await file.end();

  expect(problems).toEqual(['ENOSPC']);
});

test('never writes through a link', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'target'), 'untouched');
  await symlink(join(directory, 'target'), join(directory, 'link'));
  const problems: Error[] = [];
  const file = appendFile(join(directory, 'link'), (error) => problems.push(error));

  file.write('written');
  await file.end();

  expect(problems).toHaveLength(1);
  expect(await readFile(join(directory, 'target'), 'utf8')).toBe('untouched');
});
