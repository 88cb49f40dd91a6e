import { expect, test } from 'vitest';
import type { RunPlan, TaskPlan } from '#lib/local';
import { STEP_DIRECTORY } from '#lib/tekton';
import { requireLocalSteps } from './own-catalog.ts';

test('steps that dist/steps has not are named before anything runs, those of a pipeline in a pipeline, too', () => {
  const inner = planOf('new-task/build');
  const outer: RunPlan = {
    ...planOf('new-task/build', 'new-task/push'),
    kind: 'PipelineRun',
    tasks: [
      ...planOf('new-task/push').tasks,
      { name: 'inner', state: 'runs', plan: { ...inner, kind: 'PipelineRun' } },
    ],
  };

  expect(() => requireLocalSteps([outer])).toThrow(
    /^there is no step new-task\/push and no step new-task\/build in \S+dist\/steps$/,
  );
});

test('steps of an image, of other programs, and of tasks that do not run are nobody’s concern', () => {
  const elsewhere = planOf('new-task/build').tasks[0]?.taskRuns?.[0];
  const steps = [
    { name: 'image', command: [`${STEP_DIRECTORY}/new-task/build`], mappedTo: 'localhost/steps' },
    { name: 'program', command: ['/usr/bin/true'], mappedTo: 'rootfs:/' },
    { name: 'script', mappedTo: 'rootfs:/' },
  ];
  const tasks: TaskPlan[] = [
    { name: 'a', state: 'runs', ...(elsewhere && { taskRuns: [{ ...elsewhere, steps }] }) },
    { name: 'b', state: 'skipped' },
  ];

  expect(() => requireLocalSteps([{ run: 'x', kind: 'TaskRun', tasks }])).not.toThrow();
});

function planOf(...entrypoints: readonly string[]): RunPlan {
  const steps = entrypoints.map((entrypoint, index) => ({
    name: `step-${index}`,
    command: [`${STEP_DIRECTORY}/${entrypoint}`],
    mappedTo: 'rootfs:/',
  }));
  const taskRun = { name: 'x', serviceAccountName: 'default', timeout: '1h', steps };
  return { run: 'x', kind: 'TaskRun', tasks: [{ name: 'x', state: 'runs', taskRuns: [taskRun] }] };
}
