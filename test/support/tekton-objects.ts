import { expect, test } from 'vitest';
import { loadCelCheck, validate } from '#lib/tekton';

// The least objects of each kind that Tekton accepts, to which a test adds what it is about.

export const image = 'registry.example/a';
export const step = { name: 'a', image };

export function task(spec: object): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 'a' },
    spec: { steps: [step], ...spec },
  };
}

export function stepTask(fields: object): object {
  return task({ steps: [{ ...step, ...fields }] });
}

export function stepAction(spec: object): object {
  return {
    apiVersion: 'tekton.dev/v1beta1',
    kind: 'StepAction',
    metadata: { name: 'a' },
    spec: { image, ...spec },
  };
}

export function pipeline(spec: object): object {
  return { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', metadata: { name: 'a' }, spec };
}

export function pipelineOf(...tasks: object[]): object {
  return pipeline({
    tasks: tasks.map((one, index) => ({ name: `t${index}`, taskRef: { name: 'x' }, ...one })),
  });
}

export function pipelineRun(spec: object): object {
  return { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { generateName: 'a-' }, spec };
}

export function taskRun(spec: object): object {
  return { apiVersion: 'tekton.dev/v1', kind: 'TaskRun', metadata: { name: 'a' }, spec };
}

/** The rule of Tekton, an object that breaks it, and what is said of it: the path, and words of the message. */
export type Case = readonly [rule: string, object: object, path: string, message: string];

/** Where most rules are. */
export const v1 = 'pkg/apis/pipeline/v1';

/** One test for each case: it is reported, and nothing else is. */
export function testCases(cases: readonly Case[]): void {
  const named = cases.map(([rule, object, path, message]) => ({ rule, object, path, message }));

  test.for(named)('$rule: $path: $message', async ({ object, path, message }) => {
    const problems = validate(object, { cel: await loadCelCheck() });

    expect(problems).toContainEqual({ path, message: expect.stringContaining(message) as string });
    // Only what follows from the one mistake may stand beside it.
    const place = path.split('.').slice(0, 2).join('.');
    expect(problems.filter((problem) => !problem.path.startsWith(place))).toEqual([]);
  });
}
