import { expect, test } from 'vitest';
import type { FoundTestResult } from '#lib/attest';
import { parseFailable } from '#lib/images';
import { parseAllowDrop } from './allow-drop.ts';
import { judge } from './judge.ts';
import type { ImageFacts, IndexFacts, Unseen } from './look.ts';

const passed: FoundTestResult = {
  name: 'sanity-check',
  run: 'this',
  result: 'PASSED',
  failures: 0,
  passed: ['labels@x86_64'],
  warned: [],
  failed: [],
};
const wanted = ['linux/amd64', 'linux/s390x'];

const good: IndexFacts = {
  digest: 'sha256:1',
  run: 'this',
  wanted,
  node: 'linux/amd64',
  verdicts: [passed],
  platforms: wanted.map((platform) => ({ platform, verdicts: [passed] })),
};
/** s390x alone has failed a test. */
const failedOn: FoundTestResult = {
  ...passed,
  result: 'FAILED',
  failures: 1,
  failed: ['kernel-initramfs@s390x'],
};
const oneBad: IndexFacts = {
  ...good,
  verdicts: [failedOn],
  platforms: [
    { platform: 'linux/amd64', verdicts: [passed] },
    { platform: 'linux/s390x', verdicts: [failedOn] },
  ],
};
const withoutS390x: IndexFacts = { ...good, platforms: good.platforms.slice(0, 1) };

interface Choice {
  readonly failable?: readonly string[];
  readonly drops?: readonly string[];
  /** Platforms of the tag in production. */
  readonly before?: readonly string[];
  readonly nodeTests?: readonly string[];
}

/** The fate of one image beside another that is as it should be. */
function fates(index: IndexFacts | undefined | Unseen, choice: Choice = {}) {
  const { failable = [], drops = [], before = [], nodeTests = [] } = choice;
  const request = (name: string) => ({
    name,
    index: `r/${name}:1`,
    production: `p/${name}`,
    base: undefined,
  });
  const replaced = before.length === 0 ? [] : [{ tag: '43', platforms: before }];
  const facts: ImageFacts | Unseen = index !== undefined && 'unseen' in index ? index : { index, replaced };
  const verdict = judge(
    [
      [request('standard'), facts],
      [request('minimal'), { index: { ...good, node: undefined }, replaced: [] }],
    ],
    {
      run: 'this',
      tests: ['sanity-check'],
      nodeTests,
      failable: failable.map(parseFailable),
      drops: parseAllowDrop(drops),
      now: new Date('2026-11-27T12:00:00Z'),
    },
  );
  const [standard, minimal] = verdict.decisions;
  return {
    standard: `${standard?.fate}${standard?.reason ? `: ${standard.reason}` : ''}`,
    minimal: minimal?.fate,
    incomplete: verdict.incomplete,
  };
}

const everything = { standard: 'promoted', minimal: 'promoted', incomplete: [] };
const nothing = (reason: string) => ({
  standard: `failed: ${reason}`,
  minimal: 'held back',
  incomplete: ['standard', 'minimal'],
});

test.for<[what: string, index: IndexFacts]>([
  ['passing verdicts', good],
  ['a warning', { ...good, verdicts: [{ ...passed, result: 'WARNED', warned: ['var-log@s390x'] }] }],
  [
    'a failed verdict of another run beside its own',
    { ...good, verdicts: [passed, { ...failedOn, run: 'old' }] },
  ],
  [
    'a failed verdict of a test that is not asked',
    { ...good, verdicts: [passed, { ...failedOn, name: 'clair' }] },
  ],
])('an image with %s is promoted', ([, index]) => {
  expect(fates(index)).toEqual(everything);
});

test.for<[what: string, index: IndexFacts | undefined | Unseen, reason: string]>([
  ['no index', undefined, 'not built: there is no index'],
  [
    'an index of another run',
    { ...good, run: 'old' },
    'not built: the index that is there is of another run',
  ],
  ['an index of no run', { ...good, run: undefined }, 'not built: the index that is there is of another run'],
  ['no verdict', { ...good, verdicts: [] }, 'there is no verdict of sanity-check of this run'],
  [
    'a verdict of another run',
    { ...good, verdicts: [{ ...passed, run: 'old' }] },
    'there is no verdict of sanity-check of this run',
  ],
  [
    'a verdict of another test',
    { ...good, verdicts: [{ ...passed, name: 'bootc-lint' }] },
    'there is no verdict of sanity-check of this run',
  ],
  ['a failed verdict', oneBad, 'sanity-check says FAILED: kernel-initramfs@s390x'],
  ['an erred verdict', { ...good, verdicts: [{ ...passed, result: 'ERROR' }] }, 'sanity-check says ERROR'],
  [
    'a skipped verdict',
    { ...good, verdicts: [{ ...passed, result: 'SKIPPED' }] },
    'sanity-check says SKIPPED',
  ],
  [
    'an unknown verdict',
    { ...good, verdicts: [{ ...passed, result: 'Passed' }] },
    'sanity-check says Passed',
  ],
  [
    'a pass that counts a failure',
    { ...good, verdicts: [{ ...passed, failures: 1 }] },
    'sanity-check says PASSED',
  ],
  [
    'a pass that names a failure',
    { ...good, verdicts: [{ ...passed, failed: ['labels'] }] },
    'sanity-check says PASSED: labels',
  ],
  [
    'a pass beside a failure of this run',
    { ...good, verdicts: [passed, failedOn] },
    'sanity-check says FAILED: kernel-initramfs@s390x',
  ],
  [
    'a platform without a verdict',
    { ...good, platforms: [...good.platforms.slice(0, 1), { platform: 'linux/s390x', verdicts: [] }] },
    'linux/s390x has no passing verdict of its own',
  ],
  ['a platform that is missing', withoutS390x, 'linux/s390x is missing'],
  ['no platform at all', { ...good, wanted: [], platforms: [] }, 'no platform is there'],
  ['what cannot be looked at', { unseen: 'no answer' }, 'could not look: no answer'],
])('an image with %s has failed, and takes all others with it', ([, index, reason]) => {
  expect(fates(index)).toEqual(nothing(reason));
});

test('a failable image that has failed takes no other with it', () => {
  expect(fates(undefined, { failable: ['standard'] })).toEqual({
    standard: 'failed: not built: there is no index',
    minimal: 'promoted',
    incomplete: ['standard'],
  });
});

test('a failable platform may be missing, and that is told', () => {
  const choice = { failable: ['*@s390x'] };

  expect(fates(withoutS390x, choice)).toEqual({ ...everything, incomplete: ['standard@s390x'] });
  expect(fates(withoutS390x, { ...choice, before: ['linux/amd64'] }).standard).toBe('promoted');
  expect(fates(withoutS390x, { failable: ['minimal@s390x'] })).toEqual(nothing('linux/s390x is missing'));
});

test('a tag that would lose an architecture stays where it is, and the others go on', () => {
  const lost = { failable: ['*@s390x'], before: wanted };
  const held = (reason: string) => ({
    standard: `held back: ${reason}`,
    minimal: 'promoted',
    incomplete: ['standard'],
  });

  expect(fates(withoutS390x, lost)).toEqual(held('43 would lose linux/s390x'));
  expect(fates(withoutS390x, { ...lost, drops: ['minimal@s390x=x;until=2026-12-01'] })).toEqual(
    held('43 would lose linux/s390x'),
  );
  expect(fates(withoutS390x, { ...lost, drops: ['standard@s390x=x;until=2026-11-26'] })).toEqual(
    held('43 would lose linux/s390x (that s390x may be dropped has ended on 2026-11-26)'),
  );
  for (const drop of ['standard@s390x=x;until=2026-11-27', '*@s390x=x;until=2026-12-01'])
    expect(fates(withoutS390x, { ...lost, drops: [drop] })).toEqual({
      ...everything,
      incomplete: ['standard@s390x'],
    });
});

test('an architecture that nobody asked for this time is lost by mistake, and holds all back', () => {
  expect(fates(good, { before: [...wanted, 'linux/arm64'] })).toEqual(nothing('43 would lose linux/arm64'));
});

test('where a failable platform alone has failed, its image is held back alone', () => {
  const held = {
    standard: 'held back: sanity-check says FAILED: kernel-initramfs@s390x',
    minimal: 'promoted',
    incomplete: ['standard'],
  };

  expect(fates(oneBad, { failable: ['standard@s390x'] })).toEqual(held);
  expect(fates(oneBad, { failable: ['standard@amd64'] }).minimal).toBe('held back');
  const together = { ...failedOn, failures: 2, failed: [...failedOn.failed, 'version-agreement'] };
  expect(fates({ ...oneBad, verdicts: [together] }, { failable: ['*@s390x'] }).minimal).toBe('held back');
  const unsaid = { ...failedOn, result: 'FAILED', failures: 1, failed: [] };
  expect(fates({ ...oneBad, verdicts: [unsaid] }, { failable: ['*@s390x'] }).minimal).toBe('held back');
  expect(fates({ ...oneBad, verdicts: [] }, { failable: ['*@s390x'] }).minimal).toBe('held back');
});

test('a test of the node is due where the index has an image for it', () => {
  const nodeTests = ['bootc-lint'];
  const lint = { ...passed, name: 'bootc-lint' };

  expect(fates(good, { nodeTests })).toEqual(nothing('there is no verdict of bootc-lint of this run'));
  expect(fates({ ...good, verdicts: [passed, lint] }, { nodeTests })).toEqual(everything);
  expect(fates({ ...good, node: 'linux/arm64' }, { nodeTests })).toEqual(everything);
});

test('an image on a base that failed says so', () => {
  const rules = {
    run: 'this',
    tests: ['sanity-check'],
    nodeTests: [],
    failable: [],
    drops: [],
    now: new Date(),
  };
  const nothingThere = { index: undefined, replaced: [] };
  const { decisions } = judge(
    [
      [
        { name: 'base', index: 'r/b:1', production: 'p/b', base: undefined },
        { index: oneBad, replaced: [] },
      ],
      [{ name: 'layered', index: 'r/l:1', production: 'p/l', base: 'base' }, nothingThere],
    ],
    rules,
  );

  expect(decisions.map(({ reason }) => reason)).toEqual([
    'sanity-check says FAILED: kernel-initramfs@s390x',
    'not built: its base base has failed: sanity-check says FAILED: kernel-initramfs@s390x',
  ]);
});

test.for([
  'standard@s390x',
  'standard@s390x=reason',
  'standard@s390x=;until=2026-12-01',
  'standard@s390x=x;until=2026-02-30',
  'standard=x;until=2026-12-01',
  'standard@s390x=x;until=tomorrow',
])('ALLOW_DROP of %j takes nothing away', (entry) => {
  expect(() => parseAllowDrop([entry])).toThrow('takes nothing away');
});
