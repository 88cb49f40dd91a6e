import { expect, test } from 'vitest';
import { tarOf } from '#test/images/tar-writer';
import { readTar, withoutFiles } from './index.ts';

const long = `${'d'.repeat(120)}/${'f'.repeat(120)}`;

test.for(['v7', 'ustar', 'star', 'gnu', 'pax'] as const)(
  'an archive of the form %s is without the files, and all else stays',
  async (form) => {
    const items = (form === 'v7' ? ['a', './b', 'c'] : ['a', long, 'c']).map((path) => ({
      path,
      form,
      content: `content of ${path}`,
    }));
    const left = items.filter(({ path }) => path === 'a' || path === 'c');

    const archive = await without(tarOf(items, Buffer.alloc(10_240)), [form === 'v7' ? 'b' : long, 'd']);

    expect(archive.equals(withoutEnd(tarOf(left)))).toBe(true);
  },
);

test('what follows is read as one archive with it', async () => {
  const first = await without(tarOf([{ path: 'a', content: 'old' }, { path: 'b' }]), ['a']);
  const names: string[] = [];

  await readTar(once(Buffer.concat([first, tarOf([{ path: 'a', content: 'new' }])])), ({ path }) => {
    names.push(path.toString());
  });

  expect(names).toEqual(['b', 'a']);
});

test('a hard link to what is left out is refused by its name', async () => {
  const archive = tarOf([
    { path: 'a', content: 'x' },
    { path: 'b', flag: '1', link: 'a' },
  ]);

  await expect(without(archive, ['a'])).rejects.toThrow('b is a hard link to a, which is left out');
});

test.for([
  ['a cut in a header', tarOf([{ path: 'a' }]).subarray(0, 100), 'ends inside a header'],
  [
    'a cut in a file',
    tarOf([{ path: 'a', content: 'x'.repeat(600) }]).subarray(0, 700),
    'ends inside a file',
  ],
  ['what is no archive', Buffer.alloc(1024, '7'), 'the checksum of a header is wrong'],
] as const)('%s is refused', async ([, archive, message]) => {
  await expect(without(archive, ['a'])).rejects.toThrow(message);
  await expect(without(archive, [])).rejects.toThrow(message);
});

async function without(archive: Buffer, paths: readonly string[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of withoutFiles(once(archive), new Set(paths))) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

function withoutEnd(archive: Buffer): Buffer {
  return archive.subarray(0, archive.length - 1024);
}

async function* once(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}
