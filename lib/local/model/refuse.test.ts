import { expect, test } from 'vitest';
import { InvalidRunError } from './errors.ts';
import { refuseFirst, withoutPaths } from './refuse.ts';

const problems = [
  { path: 'spec.a', message: 'nobody ends a run for this' },
  { path: 'spec.b', message: 'says [b] is more', reason: 'First', words: 'says [b]' },
  { path: 'spec.c', message: 'comes later', reason: 'Second' },
];

test('the first problem with a reason ends the run, in the words of the controller', () => {
  expect(refused(() => refuseFirst(problems))).toMatchObject({
    path: 'spec.b',
    reason: 'First',
    message: 'spec.b: says [b]',
  });
  expect(refused(() => refuseFirst(problems.slice(2), { Second: 'It ' }))).toMatchObject({
    message: 'spec.c: It comes later',
  });
});

test('a problem without a reason ends nothing', () => {
  expect(() => refuseFirst(problems.slice(0, 1))).not.toThrow();
});

test('a run that has begun names no path', () => {
  expect(refused(() => refuseFirst(withoutPaths(problems), { First: 'It ' }))).toMatchObject({
    path: '',
    message: 'It says [b]',
  });
});

function refused(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRunError);
    return error;
  }
  return undefined;
}
