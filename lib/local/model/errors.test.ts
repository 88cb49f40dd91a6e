import { expect, test } from 'vitest';
import { explain } from '#lib/errors';
import { BackendError, InvalidRunError, UnsupportedError } from './errors.ts';

const kinds = [
  ['InvalidRunError', (message: string) => new InvalidRunError(message)],
  ['UnsupportedError', (message: string) => new UnsupportedError(message)],
  ['BackendError', (message: string) => new BackendError(message)],
] as const;

test.for(kinds)('%s tells a line of any length by its first 2,000 characters', ([, make]) => {
  expect(make('x'.repeat(2_000)).message).toBe('x'.repeat(2_000));
  expect(make('x'.repeat(1_000_000)).message).toMatch(/^x{2000}…/);
  expect(make('x'.repeat(1_000_000)).message.length).toBeLessThan(2_100);
});

test.for(kinds)('%s tells the first 20 of any number of lines', ([, make]) => {
  expect(make(Array(20).fill('a').join('\n')).message.split('\n')).toHaveLength(20);
  expect(make('a\n'.repeat(100_000)).message).toBe(Array(20).fill('a').join('\n'));
});

test.for(kinds)('%s shows what would change a terminal, and no password', ([, make]) => {
  const { message } = make('cannot read \u001b]0;pwned\u0007 of https://user:secret@h/x\r\nat all');

  expect(message).toBe('cannot read \\u001b]0;pwned\\u0007 of https://***@h/x\\r\nat all');
  expect(explain(make('\u009b31m'))).toBe('\\u009b31m');
});

test('where it is stands before what it is, within the same bounds', () => {
  const error = new InvalidRunError('is wrong', { path: `spec.tasks[2]\u0007${'x'.repeat(5_000)}` });

  expect(error.message).toMatch(/^spec\.tasks\[2\]\\u0007x+…/);
  expect(error.message.length).toBeLessThan(2_100);
  expect(new InvalidRunError('is wrong', { path: 'spec' })).toMatchObject({
    message: 'spec: is wrong',
    path: 'spec',
    reason: 'PipelineValidationFailed',
  });
});

test('a container engine that fails has the reason of Tekton, unless another is known', () => {
  expect(new BackendError('no').reason).toBe('PodCreationFailed');
  expect(new BackendError('no', { reason: 'TaskRunImagePullFailed' }).reason).toBe('TaskRunImagePullFailed');
});
