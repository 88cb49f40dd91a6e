import { expect, test } from 'vitest';
import { mapImage, parseImageMapping } from './image-map.ts';

const map = [
  '*=rootfs:/',
  'quay.io/org/*=localhost/any',
  'quay.io/org/steps=localhost/steps:1',
  'quay.io/org/steps:2=rootfs:/srv/root,user=65532:0,mount=/src/dist:/usr/libexec/steps',
  'quay.io/org/steps:3=rootfs:/srv/root,mount=/a:/b,user=65532',
].map(parseImageMapping);

test.for([
  ['busybox', { kind: 'rootfs', path: '/', mounts: [], user: '' }],
  ['quay.io/org/other:tag', { kind: 'image', reference: 'localhost/any' }],
  ['quay.io/org/steps', { kind: 'image', reference: 'localhost/steps:1' }],
  ['quay.io/org/steps:9', { kind: 'image', reference: 'localhost/steps:1' }],
  [`quay.io/org/steps@sha256:${'0'.repeat(64)}`, { kind: 'image', reference: 'localhost/steps:1' }],
  [
    'quay.io/org/steps:2',
    {
      kind: 'rootfs',
      path: '/srv/root',
      mounts: [{ source: '/src/dist', path: '/usr/libexec/steps' }],
      user: '65532:0',
    },
  ],
  [
    'quay.io/org/steps:3',
    { kind: 'rootfs', path: '/srv/root', mounts: [{ source: '/a', path: '/b' }], user: '65532' },
  ],
  ['quay.io/org/stepsandmore', { kind: 'image', reference: 'localhost/any' }],
] as const)('%s runs as %j', ([image, expected]) => {
  expect(mapImage(image, map)).toEqual(expected);
});

test('an image that nothing matches is itself', () => {
  expect(mapImage('a:1', [])).toEqual({ kind: 'image', reference: 'a:1' });
});

test.for(['a=user:SECRET@quay.io/b', 'a=https://user:SECRET@quay.io/b', 'a=https://SECRET@quay.io/b'])(
  'refuses %s, and tells no password',
  (text) => {
    expect(() => parseImageMapping(text)).toThrow(/^(?!.*SECRET).*holds credentials/);
  },
);

test('a digest is no credential', () => {
  const reference = `h:5000/a:1@sha256:${'0'.repeat(64)}`;

  expect(parseImageMapping(`a=${reference}`).source).toEqual({ kind: 'image', reference });
});

test.for([
  '',
  'a',
  '=b',
  'a=rootfs:relative',
  'a=rootfs:/,mount=/x',
  'a=rootfs:/,mount=/x:y',
  'a=rootfs:/,user=',
  'a=rootfs:/,user=root',
  'a=rootfs:/,user=1:',
  'a=rootfs:/,user=-1',
  'a=rootfs:/,user=1,user=2',
])('refuses %j', (text) => {
  expect(() => parseImageMapping(text)).toThrow('cannot read the image mapping');
});
