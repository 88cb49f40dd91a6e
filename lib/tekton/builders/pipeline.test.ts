import { expect, test } from 'vitest';
import { definePipeline } from './pipeline.ts';
import { Text } from './schema.ts';
import { defineTask } from './task.ts';

const build = defineTask({
  name: 'build',
  version: '0.1.0',
  description: 'Builds.',
  params: { PLATFORM: Text },
  results: { IMAGE: Text },
  steps: { build: { writes: ['IMAGE'], cpu: '1', memory: '1Gi' } },
});

/** The reference to a result of a task with these fields. */
function resultOf(fields: object): string {
  let expression = '';
  definePipeline({
    name: 'all',
    version: '0.1.0',
    description: 'All.',
    params: {},
    body({ run }) {
      const node = run('built', build, fields as never);
      ({ expression } = node.results.IMAGE);
      return {};
    },
  });
  return expression;
}

const include = [{ name: 'amd64', params: { PLATFORM: 'linux/amd64' } }];

test.for([
  ['no matrix', { params: { PLATFORM: 'x' } }, '$(tasks.built.results.IMAGE)'],
  ['params in a matrix', { matrix: { PLATFORM: ['x'] } }, '$(tasks.built.results.IMAGE[*])'],
  ['include', { include }, '$(tasks.built.results.IMAGE[*])'],
  ['both', { matrix: { PLATFORM: ['x'] }, include }, '$(tasks.built.results.IMAGE[*])'],
] as const)('a result of a task with %s', ([, fields, expression]) => {
  expect(resultOf(fields)).toBe(expression);
});
