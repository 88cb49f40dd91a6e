import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedRuns } from '#test/generated';
import { judgeLint } from './judge-lint.ts';
import { parseLint } from './parse-lint.ts';

/** What bootc writes, in all its forms, out of order and in between anything. */
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'Checks passed: 11',
      'Checks passed: 0',
      'Checks skipped: 1',
      'Warnings: 1',
      'Warnings: 2',
      'Failed lint: var-run: Not a symlink: var/run',
      'Lint warning: var-log: Found non-empty logfile: /var/log/a',
      '  /var/log/b',
      '  ...and 3 more',
      '',
      'error: Linting: Checks failed: 1',
      'error: Linting: Checks failed: 2',
      '\x1b[31mERROR\x1b[0m Linting: Not a symlink: var/run',
      'error: Linting: Unexpected runtime error running lint kernel: no',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
const exitCode = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: -1, max: 255 }));

for (const run of generatedRuns('judge-lint', { soak: 200_000, ci: 20_000, test: 2_000 })) {
  test(`nothing passes but what has passed (${run.isFixed ? 'fixed' : 'random'} seed)`, () => {
    fc.assert(
      fc.property(exitCode, text, text, (code, stdout, stderr) => {
        const verdict = judgeLint(code, parseLint(stdout, stderr));

        if (verdict.error !== undefined) {
          expect(verdict.error).not.toMatch(/\p{Cc}/u);
          return;
        }
        if (verdict.failures > 0) {
          expect(code).toBe(1);
          return;
        }
        expect(code).toBe(0);
        expect(stdout.split('\n').filter((one) => /^Checks passed: \d+$/.test(one))).toHaveLength(1);
        expect(`${stdout}\n${stderr}`).not.toMatch(/^Failed lint: /m);
      }),
      { numRuns: run.count, seed: run.seed },
    );
    run.record({ cases: run.count, against: 'what must hold of every verdict', found: 'nothing' });
  });
}
