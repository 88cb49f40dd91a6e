import { expect, test } from 'vitest';
import { placeInImage } from './place-in-image.ts';

const at = (links: Readonly<Record<string, string>>) => (path: string) => Promise.resolve(links[path]);

test.for<[Record<string, string>, string]>([
  [{}, 'root/buildinfo'],
  [{ root: 'var/roothome' }, 'var/roothome/buildinfo'],
  [{ root: '/var/roothome', var: 'sysroot/./var' }, 'sysroot/var/roothome/buildinfo'],
  [{ 'root/buildinfo': '../usr/share/own' }, 'usr/share/own'],
  [{ root: '../../../../etc' }, 'etc/buildinfo'],
])('with links %j it is %s', async ([links, place]) => {
  expect(await placeInImage('root/buildinfo', at(links))).toBe(place);
});

test('links in circles are refused', async () => {
  await expect(placeInImage('root', at({ root: 'other', other: 'root' }))).rejects.toThrow('in circles');
});
