import { expect, test } from 'vitest';
import { namedPath } from './named-path.ts';

const pipeline = {
  spec: {
    params: [{ name: 'image' }],
    tasks: [
      { name: 'build' },
      {
        name: 'push',
        params: [
          { name: 'A', value: '' },
          { name: 'TAGS', value: ['x', ''] },
        ],
        when: [{ input: '' }],
        matrix: { params: [{ name: 'P' }], include: [{ name: 'big', params: [{ name: 'Q' }] }] },
      },
    ],
    finally: [{ name: 'tell' }, { params: [] }],
  },
};

test.for([
  ['spec.params[0].default', 'param image, default'],
  ['spec.tasks[1].params[1].value', 'task push, param TAGS'],
  ['spec.tasks[1].params[1].value[1]', 'task push, param TAGS, value[1]'],
  ['spec.tasks[1].params[1].name', 'task push, param TAGS'],
  ['spec.tasks[1].name', 'task push'],
  ['spec.tasks[1].when[0].input', 'task push, when[0].input'],
  ['spec.tasks[1].matrix.params[0]', 'task push, matrix, param P'],
  ['spec.tasks[1].matrix.include[0].params[0]', 'task push, matrix, combination big, param Q'],
  ['spec.finally[0].retries', 'finally task tell, retries'],
  ['spec.finally[1].params[3]', 'finally[1].params[3]'],
  ['spec.tasks[7].name', 'tasks[7].name'],
  ['metadata.labels', 'metadata.labels'],
  ['metadata.name', 'metadata.name'],
  ['spec', 'spec'],
  ['', ''],
] as const)('%s is %s', ([path, expected]) => {
  expect(namedPath(pipeline, path)).toBe(expected);
});
