import { expect, test } from 'vitest';
import { hasEmptyParam } from '#lib/tekton/objects';
import type { Matrix } from '../model/api.ts';
import { fanOut } from './matrix.ts';

function combinations(matrix: Matrix): readonly string[] {
  return fanOut(matrix, 'spec.tasks[0].matrix').map((params) =>
    params.map(({ name, value }) => `${name}=${value as string}`).join(' '),
  );
}

// pkg/apis/pipeline/v1/matrix_types.go: for each value of the next param, each combination so far.
test('the first param varies fastest, and params are sorted by name', () => {
  const matrix = {
    params: [
      { name: 'platform', value: ['linux', 'mac'] },
      { name: 'browser', value: ['chrome', 'firefox'] },
    ],
  };

  expect(combinations(matrix)).toEqual([
    'browser=chrome platform=linux',
    'browser=chrome platform=mac',
    'browser=firefox platform=linux',
    'browser=firefox platform=mac',
  ]);
});

// docs/matrix.md, "Specifying both params and include".
test('include completes the combinations it fits, and adds those it does not', () => {
  const matrix = {
    params: [
      { name: 'GOARCH', value: ['linux/amd64', 'linux/ppc64le', 'linux/s390x'] },
      { name: 'version', value: ['go1.17', 'go1.18.1'] },
    ],
    include: [
      { name: 'common-package', params: [{ name: 'package', value: 'path/to/common/package/' }] },
      {
        name: 's390x-no-race',
        params: [
          { name: 'GOARCH', value: 'linux/s390x' },
          { name: 'flags', value: '-cover -v' },
        ],
      },
      {
        name: 'go117-context',
        params: [
          { name: 'version', value: 'go1.17' },
          { name: 'context', value: 'path/to/go117/context' },
        ],
      },
      { name: 'non-existent-arch', params: [{ name: 'GOARCH', value: 'I-do-not-exist' }] },
    ],
  };

  expect(combinations(matrix)).toEqual([
    'GOARCH=linux/amd64 context=path/to/go117/context package=path/to/common/package/ version=go1.17',
    'GOARCH=linux/ppc64le context=path/to/go117/context package=path/to/common/package/ version=go1.17',
    'GOARCH=linux/s390x context=path/to/go117/context flags=-cover -v package=path/to/common/package/ version=go1.17',
    'GOARCH=linux/amd64 package=path/to/common/package/ version=go1.18.1',
    'GOARCH=linux/ppc64le package=path/to/common/package/ version=go1.18.1',
    'GOARCH=linux/s390x flags=-cover -v package=path/to/common/package/ version=go1.18.1',
    'GOARCH=I-do-not-exist',
  ]);
});

test('include alone lists the combinations', () => {
  const matrix = {
    include: [
      { name: 'one', params: [{ name: 'image', value: 'a' }] },
      { name: 'two', params: [{ name: 'image', value: 'b' }] },
    ],
  };

  expect(combinations(matrix)).toEqual(['image=a', 'image=b']);
});

test('refuses more than 256 combinations without making them', () => {
  const value = Array.from({ length: 1_000 }, (_, index) => String(index));
  const matrix = { params: ['a', 'b', 'c', 'd'].map((name) => ({ name, value })) };

  expect(() => fanOut(matrix, 'spec.tasks[0].matrix')).toThrow('expected 0 <= 1000000000000 <= 256');
});

test('sees a param without elements', () => {
  expect(hasEmptyParam({ params: [{ name: 'a', value: [] }] })).toBe(true);
  expect(hasEmptyParam({ params: [{ name: 'a', value: ['1'] }] })).toBe(false);
});
