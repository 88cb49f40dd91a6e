import { expect, test } from 'vitest';
import { defineImages } from './define-images.ts';
import { endOfLifeFindings } from './end-of-life.ts';
import type { ImagesEntry } from './entries.ts';
import { failableOf, mayFail, mayFailOn, parseFailable } from './failable.ts';
import { buildGraph, buildMermaid } from './graph.ts';
import { flowTags } from './names.ts';

const entry: ImagesEntry = {
  name: 'os',
  repository: 'registry.example/os',
  flow: { compose: 'registry.example/flow/base', images: 'registry.example/flow/os', plain: 'standard' },
  platforms: ['linux/x86_64', 'linux/s390x'],
  images: [
    { name: 'compose', compose: true },
    { name: 'cloud', from: 'standard', containerfile: 'cloud/Containerfile', platforms: ['linux/amd64'] },
    { name: 'standard', manifest: 'os-standard', buildArgs: ['A=b'], failable: ['linux/s390x'] },
    { name: 'edge', manifest: 'os-edge', failable: true, memory: '2Gi' },
  ],
  streams: [
    {
      name: 'eln',
      version: 'eln',
      kind: 'rawhide',
      composes: [{ role: 'nightly', url: 'https://composes.example/eln' }],
      images: ['standard', 'compose'],
      exceptions: {
        standard: { manifest: 'os-eln', failable: [], memory: '8Gi', waivers: ['readable=known'] },
      },
    },
    {
      name: '43',
      version: '43',
      kind: 'stable',
      composes: [
        { role: 'updates', url: 'https://composes.example/u' },
        { role: 'release', url: 'https://composes.example/r' },
      ],
      images: 'all',
      endOfLife: '2026-12-02',
    },
  ],
};
const set = defineImages(entry);
const imageOf = (stream: string, image: string) =>
  set.streams.find(({ name }) => name === stream)?.images.find(({ name }) => name === image);

test('a base comes before what stands on it, else the order is that of the data', () => {
  expect(set.images.map(({ name }) => name)).toEqual(['compose', 'standard', 'cloud', 'edge']);
  expect(set.streams[0]?.images.map(({ name }) => name)).toEqual(['compose', 'standard']);
});

test('what the data leaves out is there', () => {
  expect(imageOf('43', 'standard')).toEqual({
    name: 'standard',
    stream: '43',
    component: 'os-43-standard',
    repository: 'registry.example/os/os-43-standard',
    made: {
      of: 'manifest',
      manifest: 'os-standard',
      containerfile: 'Containerfile',
      context: '.',
      buildArgs: ['MANIFEST=os-standard', 'A=b'],
    },
    platforms: ['linux/amd64', 'linux/s390x'],
    hasOwnPlatforms: false,
    failable: ['linux/s390x'],
    mayFail: false,
    memory: undefined,
    suffix: '',
    waivers: [],
  });
  expect(imageOf('43', 'cloud')).toMatchObject({
    made: { of: 'image', from: 'standard', containerfile: 'cloud/Containerfile', buildArgs: [] },
    platforms: ['linux/amd64'],
    hasOwnPlatforms: true,
    suffix: '-cloud',
  });
  expect(imageOf('43', 'edge')).toMatchObject({ mayFail: true, failable: [], memory: '2Gi' });
});

test('an exception holds in its stream alone', () => {
  expect(imageOf('eln', 'standard')).toMatchObject({
    made: { manifest: 'os-eln', buildArgs: ['MANIFEST=os-eln', 'A=b'] },
    failable: [],
    memory: '8Gi',
    waivers: ['readable=known'],
  });
});

test('a run of the flow writes a tag for each image, and one for the compose', () => {
  expect(flowTags(set, '43', '202611230000')).toEqual({
    compose: 'registry.example/flow/base:43-202611230000',
    images: new Map([
      ['standard', 'registry.example/flow/os:43-202611230000'],
      ['cloud', 'registry.example/flow/os:43-202611230000-cloud'],
      ['edge', 'registry.example/flow/os:43-202611230000-edge'],
    ]),
  });
});

test('a stream is past its end on the day after its last, unless it is frozen', () => {
  expect(endOfLifeFindings(set, '2026-12-02')).toEqual([]);
  expect(endOfLifeFindings(set, '2026-12-03')).toEqual([
    {
      path: 'streams[1].endOfLife',
      message: 'stream 43 has ended on 2026-12-02 and is stable',
      hint: "make its kind 'frozen', move its end, or take the stream out",
    },
  ]);
  const frozen = entry.streams.map((one) => ({ ...one, kind: 'frozen' as const }));
  expect(endOfLifeFindings(defineImages({ ...entry, streams: frozen }), '2030-01-01')).toEqual([]);
});

test('the graph leads from composes to images, and from a base to what stands on it', () => {
  const edges = buildGraph(set).flatMap(({ id, after }) => after.map((from) => `${from} > ${id}`));

  expect(edges).toEqual([
    'eln/compose:nightly > eln/compose',
    'eln/compose > eln/standard',
    '43/compose:updates > 43/compose',
    '43/compose:release > 43/compose',
    '43/compose > 43/standard',
    '43/standard > 43/cloud',
    '43/compose > 43/edge',
  ]);
  expect(buildMermaid(set)).toContain('subgraph 43["43 (43)"]\n    n3["43 updates<br/>compose, stable, 43"]');
  expect(buildMermaid(set).match(/ --> /g)).toHaveLength(edges.length);
});

test.for([
  ['iot', { image: 'iot', architecture: undefined }],
  ['minimal-plus@s390x', { image: 'minimal-plus', architecture: 's390x' }],
  ['*@aarch64', { image: '*', architecture: 'arm64' }],
] as const)('%s says what may fail', ([text, expected]) => {
  expect(parseFailable(text)).toEqual(expected);
});

test.for(['', '*', '*@*', 'a@', '@s390x', 'a@b@c', 'A', 'a b', 'a@s390x '])('%j does not', (text) => {
  expect(() => parseFailable(text)).toThrow('does not say what may fail');
});

test('what may fail is an image as a whole, or an architecture of one or of all', () => {
  const list = ['edge', 'standard@s390x', '*@aarch64'].map(parseFailable);

  expect(['edge', 'standard'].map((image) => mayFail(list, image))).toEqual([true, false]);
  expect(mayFailOn(list, 'edge', 'linux/amd64')).toBe(true);
  expect(mayFailOn(list, 'standard', 'linux/s390x')).toBe(true);
  expect(mayFailOn(list, 'standard', 'linux/amd64')).toBe(false);
  expect(mayFailOn(list, 'standard', 'linux/arm64')).toBe(true);
});

test('the data says the same list', () => {
  expect(failableOf(set.images)).toEqual(['standard@s390x', 'edge']);
  expect(failableOf(set.images).map(parseFailable)).toHaveLength(2);
});
