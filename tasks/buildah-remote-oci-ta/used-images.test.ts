import { expect, test } from 'vitest';
import { parseContainerfile, planBuild } from '#lib/containerfile';
import { usedImages } from './used-images.ts';

const [A, B, C] = ['a', 'b', 'c'].map((name) => `quay.io/org/${name}:1`);
const pinned = new Map([A, B, C].map((name) => [name ?? '', `${name}@sha256:x`]));
const [a, b, c] = pinned.values();

test.for<[what: string, text: string, stages: readonly unknown[], others?: readonly unknown[]]>([
  ['one image', `FROM ${A}`, [a]],
  ['scratch', 'FROM scratch', [null]],
  ['a builder', `FROM ${A} AS one\nFROM ${B}\nCOPY --from=one / /`, [a, b]],
  ['a builder of scratch', `FROM ${A} AS one\nFROM scratch\nCOPY --from=one / /`, [a, null]],
  ['a stage on a stage', `FROM ${A} AS one\nFROM one`, [a]],
  [
    'a stage on one that is not the last',
    `FROM ${A} AS one\nFROM ${B} AS two\nFROM one\nCOPY --from=two / /`,
    [a, b, a],
  ],
  [
    'a stage on scratch that is not the last',
    `FROM scratch AS one\nFROM ${B} AS two\nFROM one\nCOPY --from=two / /`,
    [null, b, null],
  ],
  ['one image twice', `FROM ${A} AS one\nFROM ${A}\nCOPY --from=one / /`, [a, a]],
  ['a stage that nothing needs', `FROM ${A}\nFROM ${B}`, [null, b]],
  ['an archive of the source', `FROM ${A} AS one\nFROM oci-archive:out\nCOPY --from=one / /`, [a, null]],
  ['what files are taken from', `FROM ${A}\nCOPY --from=${B} / /\nRUN --mount=from=${C} x`, [a], [b, c]],
  ['files of a base', `FROM ${A} AS one\nFROM ${B}\nCOPY --from=${A} / /`, [null, b], [a]],
])('%s', ([, text, stages, others = []]) => {
  const plan = planBuild(parseContainerfile(text, { file: 'Containerfile' }), {
    buildArgs: new Map(),
    platform: { os: 'linux', architecture: 'amd64' },
  });

  expect(usedImages(plan, pinned)).toEqual({ stages, others });
});

test('stages behind the target are not looked at', () => {
  const plan = planBuild(
    parseContainerfile(`FROM ${A} AS one\nFROM ${B}\nCOPY --from=${C} / /`, { file: 'Containerfile' }),
    { buildArgs: new Map(), platform: { os: 'linux', architecture: 'amd64' }, target: 'one' },
  );

  expect(usedImages(plan, pinned)).toEqual({ stages: [a], others: [] });
});
