import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { compareEvr, rpmvercmp } from './evr.ts';

// From rpm's own tests/rpmvercmp.at.
test.for([
  ['1.0', '1.0', 0],
  ['1.0', '2.0', -1],
  ['2.0.1', '2.0.1a', -1],
  ['5.5p1', '5.5p2', -1],
  ['5.5p10', '5.5p1', 1],
  ['10xyz', '10.1xyz', -1],
  ['xyz10', 'xyz10.1', -1],
  ['xyz.4', '8', -1],
  ['xyz.4', '2', -1],
  ['5.5p2', '5.6p1', -1],
  ['5.6p1', '6.5p1', -1],
  ['6.0.rc1', '6.0', 1],
  ['10b2', '10a1', 1],
  ['10a2', '10b2', -1],
  ['1.0aa', '1.0a', 1],
  ['10.0001', '10.1', 0],
  ['10.0001', '10.0039', -1],
  ['4.999.9', '5.0', -1],
  ['20101121', '20101122', -1],
  ['2_0', '2.0', 0],
  ['a', 'a_', 0],
  ['a+', 'a_', 0],
  ['+', '_', 0],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~rc1~git123', '1.0~rc1', -1],
  ['1.0^', '1.0', 1],
  ['1.0^git1', '1.0', 1],
  ['1.0^git1', '1.0^git2', -1],
  ['1.0^git1', '1.01', -1],
  ['1.0^20160101', '1.0.1', -1],
  ['1.0^20160102', '1.0^20160101^git1', 1],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['1.0^git1~pre', '1.0^git1', -1],
  ['1.0~rc1^git1', '1.0', -1],
  ['1b.fc17', '1.fc17', -1],
  ['1g.fc17', '1.fc17', 1],
  ['1.1.α', '1.1.β', 0],
  ['1.1.αα', '1.1.α', 0],
  ['+_', '_+', 0],
] as const)('%s and %s compare as %i', ([a, b, order]) => {
  expect(rpmvercmp(a, b)).toBe(order);
  expect(rpmvercmp(b, a)).toBe(order === 0 ? 0 : -order);
});

test('agrees with rpm itself on any versions', async () => {
  // The pieces are few and short, so that most pairs have a beginning in common, and meet in odd places.
  const piece = fc.constantFrom(
    '0',
    '1',
    '01',
    '10',
    '9'.repeat(25),
    'a',
    'rc',
    'Z',
    '.',
    '_',
    '+',
    '~',
    '^',
  );
  const version = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
  const pairs = fc.sample(fc.tuple(version, version), { numRuns: 3_000, seed: 7 });
  const quoted = pairs.map(([a, b]) => `{"${a}","${b}"}`).join(',');

  const { stdout } = await run('rpm', [
    '--eval',
    `%{lua:for _, p in ipairs({${quoted}}) do print(rpm.vercmp(p[1], p[2]), " ") end}`,
  ]);

  const orders = stdout.trim().split(/\s+/).map(Number);
  expect(orders).toHaveLength(pairs.length);
  expect(pairs.filter(([a, b], index) => rpmvercmp(a, b) !== orders[index])).toEqual([]);
  expect(new Set(orders)).toEqual(new Set([-1, 0, 1]));
});

test('the epoch counts before the version, the release last', () => {
  const evr = (epoch: number, version: string, release: string) => ({ epoch, version, release });

  expect(compareEvr(evr(1, '1', '1'), evr(0, '2', '1'))).toBeGreaterThan(0);
  expect(compareEvr(evr(0, '1', '10.fc43'), evr(0, '1', '9.fc43'))).toBeGreaterThan(0);
});

test('the order turns round with its sides, and equals are equal', () => {
  const evr = (epoch: number, version: string, release: string) => ({ epoch, version, release });

  expect(compareEvr(evr(0, '2', '1'), evr(1, '1', '1'))).toBeLessThan(0);
  expect(compareEvr(evr(2, '1', '1'), evr(2, '1', '1'))).toBe(0);
  expect(compareEvr(evr(1, '2', '1'), evr(1, '1', '2'))).toBeGreaterThan(0);
});

test.for([
  ['1^', '1^a', -1],
  ['1a^', '1a', 1],
  ['1^a', '1a', -1],
  ['1a', '1-a', 0],
  ['a1', '1a', -1],
  ['.1', '1', 0],
  ['1.', '1', 0],
  ['', 'a', -1],
  ['', '~', 1],
  ['', '^', -1],
  ['1~', '1^', -1],
] as const)('%j and %j compare as %i, too', ([a, b, order]) => {
  expect(rpmvercmp(a, b)).toBe(order);
  expect(rpmvercmp(b, a)).toBe(order === 0 ? 0 : -order);
});
