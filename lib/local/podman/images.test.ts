import { expect, test } from 'vitest';
import { imageIdOf } from './images.ts';

const [index, manifest] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
const RepoDigests = [`docker.io/library/busybox@${manifest}`, `docker.io/library/busybox@${index}`];

test('an image is told by the digest that was asked for, or by one that it has, or by itself', () => {
  expect(imageIdOf({ Id: 'abc', RepoDigests }, `busybox@${index}`)).toBe(RepoDigests[1]);
  expect(imageIdOf({ Id: 'abc', RepoDigests }, 'busybox:1.36')).toBe(RepoDigests[0]);
  expect(imageIdOf({ Id: 'abc', RepoDigests: [] }, 'localhost/built')).toBe('sha256:abc');
  expect(imageIdOf({ Id: 'abc', RepoDigests: null }, 'localhost/built')).toBe('sha256:abc');
});
