import { expect, test } from 'vitest';
import { repositoryOf, tagsOf } from './names.ts';

const revision = '1'.repeat(40);

test('of what moves the version comes first, then floating tags as they are given, none twice', () => {
  expect(tagsOf('1.2.3', revision, ['latest', '{major}.{minor}', '{version}', 'v{major}'])).toEqual({
    fixed: `1.2.3-${revision}`,
    moving: ['1.2.3', 'latest', '1.2', 'v1'],
  });
});

test.for(['{patch}', '{toString}', '{__proto__}'])('%s stands for nothing', (template) => {
  expect(() => tagsOf('1.2.3', revision, [template])).toThrow(`there is no ${template}`);
});

test.for(['', 'a b', '-a', '{foo', 'x'.repeat(129)])('%j is no tag', (template) => {
  expect(() => tagsOf('1.2.3', revision, [template])).toThrow(/tag/);
});

test('where items are published needs a registry, and their kind but for the step image', () => {
  expect(repositoryOf('localhost/x', 'step-image', 'steps').repository).toBe('x/tekton-catalog/steps');
  expect(repositoryOf('127.0.0.1:1', 'task', 'a').repository).toBe('tekton-catalog/task-a');
  expect(repositoryOf('quay.io/x', 'pipeline', 'a').repository).toBe('x/tekton-catalog/pipeline-a');
  expect(() => repositoryOf('fedora', 'task', 'a')).toThrow('it names no registry');
});
