import { expect, test } from 'vitest';
import type { Pipeline, Task } from '#lib/tekton';
import { interfaceChanges, reviewChange } from './index.ts';

type Spec = NonNullable<Task['spec']>;

const image = { name: 'IMAGE', type: 'string' } as const;

test.for<[name: string, before: Spec, after: Spec, change: string]>([
  ['a param that is gone', { params: [image] }, {}, 'breaks params.IMAGE removed'],
  ['a param without a default', {}, { params: [image] }, 'breaks params.IMAGE added without a default'],
  ['a param with a default', {}, { params: [{ ...image, default: '' }] }, 'keeps params.IMAGE added'],
  [
    'another default',
    { params: [{ ...image, default: 'a' }] },
    { params: [{ ...image, default: 'b' }] },
    'breaks params.IMAGE.default default was "a", and is "b"',
  ],
  [
    'a first default',
    { params: [image] },
    { params: [{ ...image, default: 'b' }] },
    'keeps params.IMAGE.default default was not there, and is "b"',
  ],
  [
    'no default any more',
    { params: [{ ...image, default: 'a' }] },
    { params: [image] },
    'breaks params.IMAGE.default has no default any more',
  ],
  [
    'another type',
    { params: [image] },
    { params: [{ ...image, type: 'array' }] },
    'breaks params.IMAGE.type was string, and is array',
  ],
  [
    'fewer values',
    { params: [{ ...image, enum: ['a', 'b'] }] },
    { params: [{ ...image, enum: ['a'] }] },
    'breaks params.IMAGE.enum no longer takes b',
  ],
  [
    'a first enum',
    { params: [image] },
    { params: [{ ...image, enum: ['a'] }] },
    'breaks params.IMAGE.enum takes some values only',
  ],
  [
    'more values',
    { params: [{ ...image, enum: ['a'] }] },
    { params: [{ ...image, enum: ['a', 'b'] }] },
    'keeps params.IMAGE.enum takes more values',
  ],
  ['a result that is gone', { results: [{ name: 'R' }] }, {}, 'breaks results.R removed'],
  ['another result', {}, { results: [{ name: 'R' }] }, 'keeps results.R added'],
  [
    'a result of another type',
    { results: [{ name: 'R' }] },
    { results: [{ name: 'R', type: 'array' }] },
    'breaks results.R.type was string, and is array',
  ],
  [
    'a workspace that is needed',
    {},
    { workspaces: [{ name: 'w' }] },
    'breaks workspaces.w added and not optional',
  ],
  ['one that is not', {}, { workspaces: [{ name: 'w', optional: true }] }, 'keeps workspaces.w added'],
  [
    'one that is needed now',
    { workspaces: [{ name: 'w', optional: true }] },
    { workspaces: [{ name: 'w' }] },
    'breaks workspaces.w is needed now',
  ],
  [
    'a step by another name',
    { steps: [{ name: 'a', image: 'x' }] },
    { steps: [{ name: 'b', image: 'x' }] },
    'breaks steps.a removed',
  ],
])('%s', ([, before, after, change]) => {
  const changes = interfaceChanges(task('0.1.0', before), task('0.1.0', after));

  expect(
    changes.map(({ isBreaking, path, what }) => `${isBreaking ? 'breaks' : 'keeps'} ${path} ${what}`),
  ).toContain(change);
});

test('a pipeline task by another name breaks who refers to it', () => {
  const pipeline = (name: string): Pipeline => ({
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name: 'p' },
    spec: { tasks: [{ name, taskRef: { name: 't' } }] },
  });

  expect(interfaceChanges(pipeline('a'), pipeline('b'))).toContainEqual({
    path: 'tasks.a',
    what: 'removed',
    isBreaking: true,
  });
});

test.for<[before: string, after: string, spec: Spec, problem: string | undefined]>([
  ['0.1.0', '0.1.0', {}, undefined],
  [
    '0.1.0',
    '0.1.0',
    { params: [image] },
    'it has changed and is still version 0.1.0: the minor version must go up',
  ],
  ['0.1.0', '0.1.1', { params: [image] }, 'from 0.1.0 to 0.1.1 is not enough: the minor version must go up'],
  ['0.1.0', '0.2.0', { params: [image] }, undefined],
  ['1.1.0', '1.2.0', { params: [image] }, 'from 1.1.0 to 1.2.0 is not enough: the major version must go up'],
  ['1.1.0', '2.0.0', { params: [image] }, undefined],
  ['1.1.0', '1.1.1', { description: 'other' }, undefined],
  [
    '1.1.0',
    '1.1.0',
    { description: 'other' },
    'it has changed and is still version 1.1.0: the patch version must go up',
  ],
  ['1.1', '1.0.9', {}, 'its version went down, from 1.1 to 1.0.9'],
  ['0.9', '0.10', {}, undefined],
])('from %s to %s', ([before, after, spec, problem]) => {
  expect(reviewChange(task(before, {}), task(after, spec)).problem).toBe(problem);
});

test('a new digest of an image is no change', () => {
  const spec = (digest: string) => ({
    steps: [{ name: 's', image: `quay.io/a/b:0.1.0@sha256:${digest.repeat(64)}` }],
  });

  const review = reviewChange(task('0.1.0', spec('a')), task('0.1.0', spec('b')));

  expect(review).toMatchObject({ compatibility: 'unchanged', problem: undefined });
});

function task(version: string, spec: Spec): Task {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 't', labels: { 'app.kubernetes.io/version': version } },
    spec,
  };
}
