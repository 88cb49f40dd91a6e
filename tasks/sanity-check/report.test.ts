import { expect, test } from 'vitest';
import type { Check } from './check-definition.ts';
import { compareLints, nativeLintObstacle, parseNativeLint } from './native-lint.ts';
import { reportLines, verdict } from './report.ts';
import { type Outcome, runChecks } from './run-checks.ts';
import { InvalidWaiverError, parseWaivers } from './waivers.ts';

const found: Check = {
  id: 'found',
  severity: 'fail',
  description: '',
  platform: ({ arch }) => (arch === 'aarch64' ? ['bad'] : []),
};
const warned: Check = { id: 'warned', severity: 'warn', description: '', image: () => ['odd'] };
const facts = {
  reference: 'quay.io/a/b:1',
  digest: 'sha256:0',
  expected: [],
  compose: undefined,
  platforms: [{ arch: 'x86_64' }, { arch: 'aarch64' }] as never,
};
const known = ['found', 'warned'];

test('a failed check is named with its architecture', () => {
  const report = runChecks([found, warned], facts);

  expect(verdict(report, new Date(0))).toEqual({
    result: 'FAILURE',
    timestamp: '1970-01-01T00:00:00.000Z',
    note: 'failed: found@aarch64',
    namespace: 'default',
    successes: 1,
    failures: 1,
    warnings: 1,
  });
  expect(reportLines(report)).toEqual([
    'quay.io/a/b:1@sha256:0',
    'check   severity  x86_64  aarch64',
    'found   fail      ok      FAIL',
    'warned  warn      warn    warn',
    'FAIL found@aarch64: bad',
    'warn warned: odd',
  ]);
});

test.for(['found=known since May', 'found@aarch64=known', 'found@arm64=by the other name'])(
  '%s waives it, and says why',
  (text) => {
    const report = runChecks([found, warned], facts, parseWaivers([text], known));

    expect(verdict(report)).toMatchObject({ result: 'WARNING', failures: 0 });
    expect(reportLines(report).join('\n')).toMatch(/waived found@aarch64: bad \(waived: (?:known|by)/);
  },
);

test('a waiver for another architecture waives nothing, and is told as unused', () => {
  const report = runChecks([found], facts, parseWaivers(['found@s390x=x'], known));

  expect(verdict(report).result).toBe('FAILURE');
  expect(report.unusedWaivers).toEqual(['found@s390x']);
});

test.for(['found', 'found=', 'found= ', '=why', 'foud=typo'])('refuses the waiver %j', (text) => {
  expect(() => parseWaivers([text], known)).toThrow(InvalidWaiverError);
});

test('reads what bootc prints and tells where it differs from our own', () => {
  const native = parseNativeLint(
    'Lint warning: var-log: Found…\nFailed lint: kernel: two\nChecks passed: 9\n',
  );
  const outcome = (id: string, messages: string[]): Outcome => ({
    id,
    severity: 'fail',
    result: 'fail',
    arch: 'x86_64',
    messages,
  });

  const agreed = compareLints('x86_64', [outcome('kernel', ['two']), outcome('var-log', ['x'])], native, [
    'kernel',
    'var-log',
    'utf8',
  ]);
  const differing = compareLints('x86_64', [outcome('utf8', ['x']), outcome('var-log', ['x'])], native, [
    'kernel',
    'var-log',
    'utf8',
  ]);

  expect(native).toEqual({ failed: ['kernel'], warned: ['var-log'] });
  expect(agreed.result).toBe('pass');
  expect(differing).toMatchObject({
    result: 'fail',
    messages: ['kernel: found by bootc, not here', 'utf8: found here, not by bootc'],
  });
});

test.for([
  ['linux/arm64', '\x7fELF', 'a bootc of arm64 does not run on this machine'],
  ['linux/amd64', '#!/bin/sh', 'no program but a script'],
  ['linux/amd64', undefined, 'there is no usr/bin/bootc'],
] as const)('on x64 the bootc of %s as %j is not run', ([platform, content, why]) => {
  const entry = content === undefined ? undefined : { content: Buffer.from(content, 'latin1') };
  const rootfs = {
    get: (path: string) => (path === 'usr/bin/bootc' ? entry : undefined),
    resolve: (path: string) => path,
  };

  expect(nativeLintObstacle({ platform, rootfs } as never, 'x64')).toContain(why);
});
