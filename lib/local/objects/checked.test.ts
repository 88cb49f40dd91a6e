import { expect, test } from 'vitest';
import { checkObject, decodeObject } from './checked.ts';

const task = { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: 'a' } };
const steps = [{ name: 's', image: 'i' }];

test.for<[name: string, object: Readonly<Record<string, unknown>>, reason: string, message: RegExp]>([
  [
    'a Task',
    { ...task, spec: { steps, foo: 1 } },
    'TaskRunValidationFailed',
    /^f\.yaml: Task a is not valid: .*foo/,
  ],
  [
    'a TaskRun that has its name made',
    { ...task, kind: 'TaskRun', metadata: { generateName: 'a-' }, spec: { foo: 1 } },
    'TaskRunValidationFailed',
    /^f\.yaml: TaskRun a- is not valid: /,
  ],
  [
    'a Pipeline',
    { ...task, kind: 'Pipeline', spec: { tasks: 7 } },
    'PipelineValidationFailed',
    /^f\.yaml: Pipeline a is not valid: /,
  ],
  [
    'one without a name',
    { ...task, kind: 'Pipeline', metadata: {}, spec: { foo: 1 } },
    'PipelineValidationFailed',
    /^f\.yaml: Pipeline is not valid: /,
  ],
])('what the API would not decode of %s is told with its reason', ([, object, reason, message]) => {
  const failure = catching(() => decodeObject(object, 'f.yaml'));

  expect(failure).toMatchObject({ name: 'InvalidRunError', path: 'f.yaml', reason });
  expect(failure.message).toMatch(message);
});

test('an object that the API takes comes out as it would hold it, an old one as a new one', () => {
  expect(decodeObject({ ...task, spec: { steps } }, 'f.yaml')).toMatchObject({ spec: { steps } });
  expect(
    decodeObject({ ...task, apiVersion: 'tekton.dev/v1beta1', spec: { steps } }, 'f.yaml'),
  ).toMatchObject({ apiVersion: 'tekton.dev/v1' });
});

test('what a webhook would refuse is refused in its words', () => {
  const failure = catching(() => checkObject({ ...task, spec: { steps: [] } }, 'f.yaml'));

  expect(failure).toMatchObject({ name: 'InvalidRunError', reason: 'TaskRunValidationFailed' });
  expect(failure.message).toBe('f.yaml: Task a is not valid: spec.steps: missing field(s)');
});

test('a name of any length, and fields of any number, are told in some lines', () => {
  const spec = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}\u0007`, 1]));
  const metadata = { name: `\u001b]0;pwned\u0007\n${'x'.repeat(1_000_000)}` };

  const { message } = catching(() => decodeObject({ ...task, metadata, spec }, 'f.yaml'));

  expect(message).toMatch(/^[ -~…\n]+$/u);
  expect(message.split('\n').length).toBeLessThanOrEqual(20);
  expect(message.length).toBeLessThan(45_000);
});

function catching(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was taken');
}
