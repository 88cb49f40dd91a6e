import { expect, test } from 'vitest';
import { defineTask } from '#lib/tekton';
import { taskObject } from '../objects.ts';
import { taskPage } from './task-page.ts';

const task = defineTask({
  name: 'task',
  version: '0.1.0',
  description: 'What it does.',
  documentation: '## More\n\nWhat one must know.',
  params: {},
  results: {},
  steps: {
    any: {
      image: 'registry.example/a:1',
      command: ['a'],
      stdoutConfig: { path: '/a' },
      privileges: { why: 'It looks.', securityContext: { allowPrivilegeEscalation: false } },
    },
    own: { cpu: '1', memory: '1Gi' },
  },
});

test('a page tells what Tekton must allow, why a step is more than unprivileged, and its documentation', () => {
  const page = taskPage(task, taskObject(task, 'registry.example/steps:1'));

  expect(page).toContain('Needs `enable-api-fields: alpha` in Tekton');
  expect(page).toContain('for step stdout stream support.\n\n## Steps');
  expect(page).toContain("| `any` |  |  |  | the image's user: It looks. |");
  expect(page).toMatch(
    /\| `own` \| 1 \| 1Gi \| {2}\| none \|\n\n## When it fails\n\n[^#]*\n\n## More\n\nWhat one must know\.\n$/,
  );
});
