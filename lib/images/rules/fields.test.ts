import { expect, test } from 'vitest';
import {
  compose,
  forMinimal,
  good,
  minimal,
  stable,
  standard,
  withFlow,
  withImages,
  withStream,
} from '#test/images/image-sets';
import { type FindingCase, tellsFindings } from '#test/images/tells-findings';
import { defineImages } from '../define-images.ts';
import { imagesFindings } from './index.ts';

test('a set that contradicts nothing has no finding', () => {
  expect(imagesFindings(good)).toEqual([]);
});

const cases: readonly FindingCase[] = [
  [
    'a name in capitals',
    withImages(compose, { ...minimal, name: 'Minimal' }, standard),
    'images[1].name',
    'no name',
  ],
  ['the name of the set', { ...good, name: 'os_' }, 'name', 'no name'],
  ['a stream with a dot', withStream({ name: '43.1' }), 'streams[1].name', 'no name'],
  [
    'a role with a space',
    withStream({ composes: [{ role: 'a b', url: 'https://a.example' }] }),
    'streams[1].composes[0].role',
    'no name',
  ],
  [
    'two images of a name',
    withImages(compose, minimal, standard, minimal),
    'images[3].name',
    'an image minimal already',
  ],
  ['two streams of a name', withStream({ name: 'rawhide' }), 'streams[1].name', 'a stream rawhide already'],
  [
    'a role twice',
    withStream({ composes: [...stable.composes, ...stable.composes.slice(1)] }),
    'streams[1].composes[2].role',
    'a compose release',
  ],
  [
    'an image twice in a stream',
    withStream({ images: ['compose', 'minimal', 'minimal'] }),
    'streams[1].images[2]',
    'an image minimal in this list',
  ],
  ['no platform', { ...good, platforms: [] }, 'platforms', 'no platform is left'],
  [
    'a platform of an image that is none',
    withImages(compose, { ...minimal, platforms: ['s390x'] }, standard),
    'images[1].platforms[0]',
    'is no platform',
  ],
  [
    'a platform twice, once in the name of RPM',
    forMinimal({ platforms: ['linux/amd64', 'linux/x86_64'] }),
    'streams[1].exceptions.minimal.platforms[1]',
    'linux/amd64 is there already',
  ],
  [
    'a failable platform that is none',
    forMinimal({ failable: ['z'] }),
    'streams[1].exceptions.minimal.failable[0]',
    'is no platform',
  ],
  [
    'a repository with a tag',
    { ...good, repository: 'registry.example/os:1' },
    'repository',
    'is no repository',
  ],
  [
    'a repository of the flow with a digest',
    withFlow({ images: `registry.example/os@sha256:${'0'.repeat(64)}` }),
    'flow.images',
    'is no repository',
  ],
  [
    'a compose with a password',
    withStream({ composes: [{ role: 'release', url: 'https://u:p@a.example/' }] }),
    'streams[1].composes[0].url',
    'no address',
  ],
  [
    'a compose of a file',
    withStream({ composes: [{ role: 'release', url: 'file:///mnt/koji' }] }),
    'streams[1].composes[0].url',
    'no address',
  ],
  ['memory in words', forMinimal({ memory: '8 GB' }), 'streams[1].exceptions.minimal.memory', 'no quantity'],
  ['an end on no day', withStream({ endOfLife: '2026-02-30' }), 'streams[1].endOfLife', 'is no day'],
  ['a version with a space', withStream({ version: '43 beta' }), 'streams[1].version', 'is no release'],
  [
    'a Containerfile outside',
    withImages(compose, { ...minimal, containerfile: '../Containerfile' }, standard),
    'images[1].containerfile',
    'leaves the source',
  ],
  [
    'a build argument without a name',
    withImages(compose, { ...minimal, buildArgs: ['=x'] }, standard),
    'images[1].buildArgs[0]',
    'has no name',
  ],
  [
    'a manifest by its path',
    withImages(compose, { ...minimal, manifest: 'a/b.yaml' }, standard),
    'images[1].manifest',
    'names no manifest',
  ],
];

tellsFindings(imagesFindings, cases);

test('a component of 63 characters is taken', () => {
  expect(imagesFindings(withStream({ name: 'x'.repeat(51) }))).toEqual([]);
});

test('all that is wrong is told at once', () => {
  const set = withImages(compose, { ...minimal, name: 'A' }, { ...standard, name: 'B' });

  expect(() => defineImages(set)).toThrow(/images\[1\]\.name.*\n.*images\[2\]\.name/);
});
