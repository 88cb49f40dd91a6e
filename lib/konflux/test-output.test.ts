import { expect, test } from 'vitest';
import { TestOutput, testOutput } from './test-output.ts';

const now = new Date('2026-11-26T12:00:00Z');
const counts = (failures: number, warnings: number, errors?: number) => ({
  successes: 3,
  failures,
  warnings,
  ...(errors !== undefined && { errors }),
});

test('has what Conforma reads', () => {
  expect(testOutput(counts(0, 0), 'all well', now)).toEqual({
    result: 'SUCCESS',
    timestamp: '2026-11-26T12:00:00.000Z',
    note: 'all well',
    namespace: 'default',
    successes: 3,
    failures: 0,
    warnings: 0,
  });
});

test.for([
  [counts(0, 0), 'SUCCESS'],
  [counts(0, 0, 0), 'SUCCESS'],
  [counts(0, 1), 'WARNING'],
  [counts(1, 0), 'FAILURE'],
  [counts(1, 1), 'FAILURE'],
  [counts(0, 0, 1), 'ERROR'],
  [counts(1, 1, 1), 'ERROR'],
] as const)('of %j the worst counts: %s', ([given, result]) => {
  const { failures, warnings } = given;

  expect(testOutput(given, '', now)).toMatchObject({ result, successes: 3, failures, warnings });
});

test('is of now, when nobody says otherwise', () => {
  const before = Date.now();

  const { timestamp } = testOutput(counts(0, 0), '');

  expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
});

test('a note has up to 400 characters', () => {
  expect(testOutput(counts(0, 0), 'x'.repeat(400)).note).toBe('x'.repeat(400));
  expect(testOutput(counts(0, 0), 'x'.repeat(401)).note).toBe(`${'x'.repeat(399)}…`);
});

const wire = (more: object) => JSON.stringify({ ...testOutput(counts(0, 0), 'all well', now), ...more });

test.for(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'ERROR'])('Tekton carries %s as JSON', (result) => {
  const output = TestOutput.decode(wire({ result }));

  expect(output).toMatchObject({ result, note: 'all well', successes: 3 });
  expect(TestOutput.encode(output)).toBe(wire({ result }));
});

test.for([{ result: '' }, { result: 'PASSED' }, { note: undefined }, { failures: '1' }, { warnings: 0.5 }])(
  'no verdict has %j',
  (more) => {
    expect(TestOutput.safeDecode(wire(more)).success).toBe(false);
  },
);
