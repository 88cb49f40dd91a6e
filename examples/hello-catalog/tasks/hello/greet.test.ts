import { runStepWith } from 'bootc-catalog/step/testing';
import { expect, test } from 'vitest';
import greet from './greet.ts';

test('greets by name', async () => {
  const lines: string[] = [];

  const { MESSAGE } = await runStepWith(greet, { NAME: 'world' }, { lines });

  expect(MESSAGE).toBe('Hello, world!');
  expect(lines).toEqual(['Hello, world!']);
});

test('refuses a greeting that it does not know', async () => {
  await expect(runStepWith(greet, { NAME: 'world', GREETING: 'Ahoy' })).rejects.toThrow('GREETING');
});
