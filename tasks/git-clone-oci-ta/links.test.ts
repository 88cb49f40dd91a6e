import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseLinksOutside } from './links.ts';

let scratch: string;
let root: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'links-'));
  root = join(scratch, 'source');
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'file'), '');
});
afterEach(() => rmSync(scratch, { recursive: true }));

test('links that stay in the repository are well, whether or not something is there', async () => {
  symlinkSync('../../file', join(root, 'a/b/up'));
  symlinkSync('nothing/../there', join(root, 'dangling'));
  symlinkSync('..', join(root, 'a/root'));
  symlinkSync(join(root, 'file'), join(root, 'absolute'));

  await expect(refuseLinksOutside(root, [])).resolves.toBeUndefined();
});

test.for([
  ['/etc/passwd'],
  ['../x'],
  ['a/../../x'],
  ['../source-2'],
  ['inner/../../x'],
  ['self'],
  ['nothing/../../x'],
  ['/'],
  ['..'],
])('a link to %s is refused by its path', async ([target]) => {
  symlinkSync('a/b', join(root, 'inner'));
  symlinkSync(target ?? '', join(root, 'self'));
  const leadsOut = target !== 'inner/../../x';

  const refusal = expect(refuseLinksOutside(root, []));

  // inner is a/b, so that two levels up from it is still the repository.
  if (leadsOut) await refusal.rejects.toThrow('links lead out of the repository: self');
  else await refusal.resolves.toBeUndefined();
});

test('a link is refused that leads out through another one', async () => {
  symlinkSync('a/b', join(root, 'inner'));
  symlinkSync('inner/../../../x', join(root, 'through'));

  await expect(refuseLinksOutside(root, [])).rejects.toThrow('repository: through');
});

test('all are named, those that a pattern matches are not', async () => {
  for (const name of ['a/one', 'a/b/two', 'three.x', 'threeyx']) symlinkSync('/x', join(root, name));

  await expect(refuseLinksOutside(root, [])).rejects.toThrow('a/b/two, a/one, three.x, threeyx');
  await expect(refuseLinksOutside(root, ['a/*', 'three.?'])).rejects.toThrow(/repository: threeyx$/);
  await expect(refuseLinksOutside(root, ['*'])).resolves.toBeUndefined();
});

test('a pattern is of a path in the repository', async () => {
  await expect(refuseLinksOutside(root, ['/a'])).rejects.toThrow('begins with a slash: /a');
});
