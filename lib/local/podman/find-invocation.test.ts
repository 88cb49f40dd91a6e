import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shareOf } from '#test/share';
import { BackendError } from '../model/errors.ts';
import { findInvocation } from './find-invocation.ts';

let folder: string;
let kept: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'invocation-'));
  kept = join(folder, 'bootc-catalog', `podman-${process.getuid?.()}.json`);
  vi.stubEnv('XDG_CACHE_HOME', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('How podman works here is found once, and again when what is kept is damaged or of another podman.', async () => {
  const found = await findInvocation();
  expect(found.podNetwork).toMatch(/^(?:slirp4netns|private|host)$/);
  const record = JSON.parse(await readFile(kept, 'utf8'));
  expect(record.invocation).toEqual(found);

  const other = { ...found, global: ['--of-the-record'] };
  await writeFile(kept, JSON.stringify({ ...record, invocation: other }));
  expect(await findInvocation()).toEqual(other);

  const bad = [
    '{"of',
    'null',
    JSON.stringify({ of: record.of }),
    JSON.stringify({ of: 'another', invocation: other }),
  ];
  for (const damaged of shareOf('damaged records', bad, 1)) {
    await writeFile(kept, damaged);
    expect(await findInvocation(), damaged).toEqual(found);
    expect(JSON.parse(await readFile(kept, 'utf8'))).toEqual(record);
  }
});

test('Where nothing can be kept, podman works as well.', async () => {
  await writeFile(join(folder, 'bootc-catalog'), 'a file in the way');
  await expect(findInvocation()).resolves.toHaveProperty('podNetwork');
  expect(await readdir(folder)).toEqual(['bootc-catalog']);
});

test('A machine without podman is told so.', async () => {
  vi.stubEnv('PATH', folder);
  const error = await findInvocation().catch((one: unknown) => one);
  expect(error).toBeInstanceOf(BackendError);
  expect(error).toMatchObject({ message: expect.stringContaining('podman is not installed') });
});
