import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findContainerfile } from './find-containerfile.ts';

let parent: string;
let source: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'find-containerfile-'));
  source = join(parent, 'source');
  await mkdir(join(source, 'sub/deep'), { recursive: true });
  await writeFile(join(source, 'Containerfile'), 'FROM scratch\n');
  await writeFile(join(source, 'sub/Dockerfile'), 'FROM scratch\n');
  await writeFile(join(source, 'Dockerfile'), 'FROM scratch\n');
  await writeFile(join(parent, 'outside'), 'FROM scratch\n');
  await mkdir(join(parent, 'source-beside'));
});
afterEach(() => rm(parent, { recursive: true }));

test.for([
  ['.', 'Containerfile', 'Containerfile'],
  ['sub', './Dockerfile', 'sub/Dockerfile'],
  ['sub', 'Containerfile', 'Containerfile'],
  ['sub', 'sub/Dockerfile', 'sub/Dockerfile'],
  ['sub/deep', '../Dockerfile', 'sub/Dockerfile'],
  ['sub/', '/../Dockerfile', undefined],
])('in the context %s the file %s is %s', async ([context = '', file = '', found]) => {
  const given = { source, context, file };
  if (found === undefined) {
    await expect(findContainerfile(given)).rejects.toThrow(/there is no Containerfile/);
    return;
  }
  expect(await findContainerfile(given)).toEqual({
    source,
    context: join(source, context).replace(/\/$/, ''),
    containerfile: join(source, found),
  });
});

test('a link within the source is followed', async () => {
  await symlink('sub/Dockerfile', join(source, 'link'));
  await symlink('../Containerfile', join(source, 'sub/up'));

  expect((await findContainerfile({ source, context: '.', file: 'link' })).containerfile).toBe(
    join(source, 'sub/Dockerfile'),
  );
  expect((await findContainerfile({ source, context: 'sub', file: 'up' })).containerfile).toBe(
    join(source, 'Containerfile'),
  );
});

test.for<[context: string, file: string, message: RegExp]>([
  ['.', '../outside', /Containerfile \.\.\/outside is outside the source/],
  ['sub', '../../outside', /is outside the source/],
  ['.', 'link-out', /is outside the source/],
  ['sub', 'out/outside', /is outside the source/],
  ['..', 'outside', /context \.\. is outside the source/],
  ['../source-beside', 'Containerfile', /context .* is outside the source/],
  ['dir-out', 'outside', /context dir-out is outside the source/],
  ['Containerfile', 'Containerfile', /context Containerfile is no directory/],
  ['gone', 'Containerfile', /context gone is not in the source/],
  ['.', 'gone', /no Containerfile gone, neither in the context \. nor in the source/],
  ['.', 'sub', /Containerfile sub is no file/],
  ['.', 'Containerfile/x', /no Containerfile/],
  ['.', 'loop', /cannot follow the path .*loop: ELOOP/],
  ['.', '', /the file is no path/],
  ['.', 'a\0b', /the file is no path/],
  ['.', 'https://example.com/Containerfile', /is an address/],
  ['.', 'a\nb', /Containerfile a\\nb,/],
])('the context %j with the file %j is refused', async ([context, file, message]) => {
  await symlink('../outside', join(source, 'link-out'));
  await symlink(parent, join(source, 'dir-out'));
  await symlink(parent, join(source, 'out'));
  await symlink('loop', join(source, 'loop'));

  await expect(findContainerfile({ source, context, file })).rejects.toThrow(message);
});

test('an absolute path has to be in the source, too', async () => {
  const inside = join(source, 'Dockerfile');

  expect((await findContainerfile({ source, context: 'sub', file: inside })).containerfile).toBe(inside);
  await expect(findContainerfile({ source, context: '.', file: join(parent, 'outside') })).rejects.toThrow(
    /outside the source/,
  );
});

test('a source that is a link is where it leads', async () => {
  await symlink(source, join(parent, 'link'));

  const found = await findContainerfile({
    source: join(parent, 'link'),
    context: '.',
    file: 'Containerfile',
  });

  expect(found.containerfile).toBe(join(source, 'Containerfile'));
});
