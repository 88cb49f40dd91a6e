import { mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { entryOf, tarOf } from '#test/images/tar-writer';
import { clampTimes, readTar, type TarEntry } from './index.ts';

const LATEST = 1_700_000_000;
const long = `${'d'.repeat(120)}/${'f'.repeat(120)}`;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'clamp-times-'));
  for (const [name, time] of [
    ['old', LATEST - 5],
    ['same', LATEST],
    ['new', LATEST + 0.5],
    ['later', 9_000_000_000],
  ] as const) {
    writeFileSync(join(directory, name), `of ${name}`.repeat(500));
    utimesSync(join(directory, name), time, time);
  }
  symlinkSync('old', join(directory, 'link'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test.for(['gnu', 'posix', 'oldgnu'])(
  'an archive of GNU tar in the form %s has no later time',
  async (form) => {
    const path = join(directory, `../clamp-${form}.tar`);
    const names = ['old', 'same', 'new', 'later', 'link'];
    await run('tar', [`--format=${form}`, '--hard-dereference', '-cf', path, '-C', directory, ...names]);
    const { stdout: before } = await run('tar', ['-xOf', path]);
    const clamped = await clamp(readFileSync(path));
    writeFileSync(path, clamped);

    const { stdout: list } = await run('tar', ['--full-time', '--utc', '-tvf', path]);
    const { stdout: after } = await run('tar', ['-xOf', path]);
    rmSync(path);

    const times = list
      .trim()
      .split('\n')
      .map((line) => /\d{4}-\S+ \S+/.exec(line)?.[0]);
    const latest = '2023-11-14 22:13:20';
    expect(times).toEqual(['2023-11-14 22:13:15', latest, latest, latest, latest]);
    expect(after).toBe(before);
  },
);

test('what has no later time stays byte for byte, whatever follows the end', async () => {
  const items = (['v7', 'ustar', 'star', 'gnu', 'pax', 'sparse-1.0'] as const).map((form) => ({
    path: form === 'v7' ? 'a' : `${form}/${long}`,
    form,
    content: 'some content',
    records: { 'SCHILY.xattr.security.capability': '\x01\0\0\x02' },
  }));
  const archive = tarOf(items, Buffer.alloc(10_240));

  expect(Buffer.compare(await clamp(archive), archive)).toBe(0);
});

test('records with times change, those beside them do not, and what follows is read', async () => {
  const records = {
    'SCHILY.xattr.user.a': 'b\nc=d',
    mtime: '1800000000.25',
    atime: '-5.5',
    ctime: '99999999999',
  };
  const archive = tarOf([
    { path: 'usr/a', content: 'one', records },
    { path: 'usr/b', content: 'two', form: 'pax' },
  ]);

  const entries: (TarEntry & { readonly text: string })[] = [];
  await readTar(once(await clamp(archive)), async (entry) => {
    let text = '';
    for await (const chunk of entry.content()) text += Buffer.from(chunk).toString();
    entries.push({ ...entry, text });
  });

  expect(entries.map(({ path, text }) => [String(path), text])).toEqual([
    ['usr/a', 'one'],
    ['usr/b', 'two'],
  ]);
  const told = Object.fromEntries(
    [...(entries[0]?.records ?? [])].map(([key, value]) => [key, String(value)]),
  );
  expect(told).toEqual({ ...records, mtime: `${LATEST}`, ctime: `${LATEST}` });
});

test.for([
  ['an old sparse file', tarOf([{ path: 'a', form: 'old-sparse', content: 'x' }]), 'an old sparse file'],
  ['a cut in a header', tarOf([{ path: 'a' }]).subarray(0, 100), 'ends inside a header'],
  [
    'a cut in a file',
    entryOf({ path: 'a', content: 'x'.repeat(600) }).subarray(0, 700),
    'ends inside a file',
  ],
  ['a wrong sum', Buffer.alloc(1024, '7'), 'the checksum of a header is wrong'],
] as const)('%s is refused', async ([, archive, message]) => {
  await expect(clamp(archive)).rejects.toThrow(message);
});

async function clamp(archive: Buffer): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of clampTimes(once(archive), LATEST)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function* once(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}
