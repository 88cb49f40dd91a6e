import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shareOf } from '#test/share';
import { type ConformanceCase, type Expectation, readCases } from './conformance-case.ts';
import { runCase } from './run-case.ts';

const cases = readCases(join(import.meta.dirname, 'cases'));
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

test('there are 150 cases, most of which fail, skip or are refused, each with a name of its own', () => {
  const names = cases.map((one) => `${one.file}: ${one.case}`);
  const unhappy = cases.filter(({ expect: { status, refused, skipped } }) => {
    return status === 'False' || refused || skipped;
  });

  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(unhappy.length).toBeGreaterThan(cases.length / 2);
  expect(new Set(names).size).toBe(names.length);
  expect(cases.filter(({ expect: { status, refused } }) => !status && !refused)).toEqual([]);
});

const chosen = shareOf('runs of conformance', cases, 120);

for (const file of new Set(chosen.map((one) => one.file))) {
  describe.concurrent(file, () => {
    for (const one of chosen.filter((each) => each.file === file)) {
      const name = one.knownDeviation ? `${one.case} (deviates: ${one.knownDeviation})` : one.case;
      test(name, async () => judge(one, await runCase(one, directory)));
    }
  });
}

function judge(one: ConformanceCase, actual: Expectation): void {
  const expected = sorted(one.expect);
  if (one.knownDeviation) {
    expect(isDeepStrictEqual(actual, expected), 'does what upstream does: no deviation any more').toBe(false);
    return;
  }
  expect(actual, one.rule).toEqual(expected);
}

function sorted(expected: Expectation): Expectation {
  const lines = expected.logsInAnyOrder;
  return { ...expected, ...(lines && { logsInAnyOrder: [...lines].sort() }) };
}

test('a case is judged by what was seen', async () => {
  const yaml = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: judged}
spec: {taskSpec: {steps: [{name: s, image: any, script: exit 3}]}}`;
  const one = { case: '', rule: '', file: 'judged.yaml', yaml };
  const expected: Expectation = { status: 'False', steps: { s: '3 Error' }, logs: [] };
  const actual = await runCase({ ...one, expect: expected }, directory);

  judge({ ...one, expect: expected }, actual);
  for (const wrong of [{ status: 'True' }, { steps: { s: '0 Completed' } }, { logs: ['s: x'] }] as const) {
    const mistaken = { ...one, expect: { ...expected, ...wrong } as Expectation };
    expect(() => judge(mistaken, actual)).toThrow(expect.objectContaining({ name: 'AssertionError' }));
    judge({ ...mistaken, knownDeviation: 'yes' }, actual);
  }
  await expect(
    runCase({ ...one, expect: { refused: { error: 'x', message: 'x' } } }, directory),
  ).resolves.toMatchObject({ status: 'False' });
});
