import { expect, test } from 'vitest';
import { buildArgsFiles, prefetchArtifact } from './both-names.ts';

test.for([
  ['', '', ''],
  ['oci:a', '', 'oci:a'],
  ['', 'oci:b', 'oci:b'],
  ['oci:a', 'oci:a', 'oci:a'],
] as const)(
  'CACHI2_ARTIFACT %j and PREFETCH_ARTIFACT %j are %j',
  ([CACHI2_ARTIFACT, PREFETCH_ARTIFACT, one]) => {
    expect(prefetchArtifact({ CACHI2_ARTIFACT, PREFETCH_ARTIFACT })).toBe(one);
  },
);

test.for<[file: string, files: readonly string[], all: readonly string[]]>([
  ['', [], []],
  ['a', [], ['a']],
  ['', ['a', 'b'], ['a', 'b']],
  ['a', ['a'], ['a']],
  // An array param with nothing in it is passed so by some pipelines.
  ['a', [''], ['a']],
])('BUILD_ARGS_FILE %j and BUILD_ARGS_FILES %j are %j', ([BUILD_ARGS_FILE, BUILD_ARGS_FILES, all]) => {
  expect(buildArgsFiles({ BUILD_ARGS_FILE, BUILD_ARGS_FILES })).toEqual(all);
});

test('two different values are refused, both named', () => {
  expect(() => prefetchArtifact({ CACHI2_ARTIFACT: 'oci:a', PREFETCH_ARTIFACT: 'oci:b' })).toThrow(
    'CACHI2_ARTIFACT is "oci:a" and PREFETCH_ARTIFACT, its later name, is "oci:b"',
  );
  for (const BUILD_ARGS_FILES of [['b'], ['a', 'b'], ['b', 'a']]) {
    expect(() => buildArgsFiles({ BUILD_ARGS_FILE: 'a', BUILD_ARGS_FILES })).toThrow(
      'BUILD_ARGS_FILE is "a" and BUILD_ARGS_FILES, its later name, is ',
    );
  }
});
