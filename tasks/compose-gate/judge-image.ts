import type { FoundTestResult } from '#lib/attest';
import { type Failable, mayFailOn } from '#lib/images';
import { isOver } from '#lib/text';
import { type AllowedDrop, dropsFor } from './allow-drop.ts';
import type { ImageFacts, IndexFacts, Unseen } from './look.ts';

/** What a gate judges by. */
export interface Rules {
  readonly run: string;
  readonly tests: readonly string[];
  /** Tests that are due where the index has an image for the platform of its node. */
  readonly nodeTests: readonly string[];
  readonly failable: readonly Failable[];
  readonly drops: readonly AllowedDrop[];
  readonly now: Date;
}

export type PlatformState = 'passed' | 'failed' | 'missing';

export interface JudgedImage {
  /** `held back` is for the sake of what may fail alone; `failed` is the image's own fault. */
  readonly fate: 'fit' | 'held back' | 'failed';
  readonly reason: string;
  readonly digest: string;
  readonly platforms: ReadonlyMap<string, PlatformState>;
}

/** Judges one image by what the registry says of it: what is not there, or not of this run, is never a pass. */
export function judgeImage(name: string, facts: ImageFacts | Unseen, rules: Rules): JudgedImage {
  const nothing = { digest: '', platforms: new Map() };
  const failed = (reason: string) => ({ fate: 'failed', reason, ...nothing }) as const;
  if ('unseen' in facts) return failed(`could not look: ${facts.unseen}`);
  const { index } = facts;
  if (index === undefined) return failed('not built: there is no index');
  if (index.run !== rules.run) return failed('not built: the index that is there is of another run');
  const platforms = platformStates(index, rules);
  const [fate, reason] = problemOf(name, index, platforms, rules) ??
    lossOf(name, facts, platforms, rules) ?? ['fit', ''];
  return { fate, reason, digest: index.digest, platforms };
}

type Problem = readonly [fate: 'held back' | 'failed', reason: string];

function platformStates(index: IndexFacts, rules: Rules): ReadonlyMap<string, PlatformState> {
  const there = index.platforms.map(({ platform, verdicts }) => {
    // Tests that run the image run it of one platform, and say nothing of the others.
    const state = rules.tests.every((test) => complaint(test, verdicts, rules) === undefined);
    return [platform, state ? 'passed' : 'failed'] as const;
  });
  const missing = index.wanted
    .filter((platform) => index.platforms.every((one) => one.platform !== platform))
    .map((platform) => [platform, 'missing'] as const);
  return new Map([...there, ...missing]);
}

function problemOf(
  name: string,
  index: IndexFacts,
  platforms: ReadonlyMap<string, PlatformState>,
  rules: Rules,
): Problem | undefined {
  const mayFail = (platform: string) => mayFailOn(rules.failable, name, platform);
  const bad = (state: PlatformState) =>
    [...platforms].filter(([, one]) => one === state).map(([platform]) => platform);
  const missing = bad('missing').filter((platform) => !mayFail(platform));
  if (missing.length > 0) return ['failed', `${missing.join(', ')} is missing`];
  if (platforms.size === bad('missing').length) return ['failed', 'no platform is there'];
  const failing = bad('failed');
  const complaints = testsOf(index, rules).flatMap((test) => complaint(test, index.verdicts, rules) ?? []);
  if (complaints.length === 0 && failing.length === 0) return undefined;
  const text = [
    ...complaints,
    ...(complaints.length === 0 ? [`${failing.join(', ')} has no passing verdict of its own`] : []),
  ].join('; ');
  return [isOfAlone(index, failing, mayFail, rules) ? 'held back' : 'failed', text];
}

/** A test of the node is due where a program of the image can run there. */
function testsOf({ node, platforms }: IndexFacts, { tests, nodeTests }: Rules): readonly string[] {
  const isDue = platforms.some(({ platform }) => platform === node);
  return [...tests, ...(isDue ? nodeTests : [])];
}

/** What is wrong with the verdicts of a test; undefined where all of this run pass, and there is one. */
function complaint(
  test: string,
  verdicts: readonly FoundTestResult[],
  { run }: Pick<Rules, 'run'>,
): string | undefined {
  const own = verdicts.filter((verdict) => verdict.name === test && verdict.run === run);
  if (own.length === 0) return `there is no verdict of ${test} of this run`;
  const bad = own.find((verdict) => !isPassing(verdict));
  if (bad === undefined) return undefined;
  const names = bad.failed.slice(0, 3).join(', ');
  const more = bad.failed.length > 3 ? ` and ${bad.failed.length - 3} more` : '';
  return `${test} says ${bad.result}${names === '' ? '' : `: ${names}${more}`}`;
}

/** As Conforma counts, too: whatever the result says, a failure is one. */
function isPassing({ result, failures, failed }: FoundTestResult): boolean {
  return (result === 'PASSED' || result === 'WARNED') && failures === 0 && failed.length === 0;
}

/**
 * Whether platforms that may fail are all that is wrong: each test has said so of this run, of no other platform, and of
 * nothing that all platforms have together.
 */
function isOfAlone(
  index: IndexFacts,
  failing: readonly string[],
  mayFail: (platform: string) => boolean,
  rules: Rules,
): boolean {
  if (failing.length === 0 || !failing.every(mayFail)) return false;
  const excused = index.platforms
    .filter(({ platform }) => failing.includes(platform))
    .flatMap(({ verdicts }) =>
      verdicts.filter(({ run }) => run === rules.run).flatMap(({ failed }) => failed),
    );
  return testsOf(index, rules).every((test) => {
    const own = index.verdicts.filter((verdict) => verdict.name === test && verdict.run === rules.run);
    return (
      own.length > 0 &&
      own.every(
        (verdict) =>
          isPassing(verdict) ||
          (['FAILED', 'ERROR'].includes(verdict.result) &&
            verdict.failed.length > 0 &&
            verdict.failed.every((one) => excused.includes(one))),
      )
    );
  });
}

/** Whether a tag in production would lose an architecture that nobody has said it may lose. */
function lossOf(
  name: string,
  { replaced }: ImageFacts,
  platforms: ReadonlyMap<string, PlatformState>,
  { failable, drops, now }: Rules,
): Problem | undefined {
  const lost = replaced.flatMap((before) =>
    before.platforms
      .filter((platform) => platforms.get(platform) !== 'passed')
      .filter((platform) => !dropsFor(drops, name, platform).some(({ until }) => !isOver(until, now)))
      .map((platform) => ({ tag: before.tag, platform })),
  );
  if (lost.length === 0) return undefined;
  const ended = lost
    .flatMap(({ platform }) => dropsFor(drops, name, platform))
    .map(({ architecture, until }) => ` (that ${architecture} may be dropped has ended on ${until})`);
  const text = lost.map(({ tag, platform }) => `${tag} would lose ${platform}`).join(', ');
  const isExcused = lost.every(
    ({ platform }) => platforms.get(platform) === 'missing' && mayFailOn(failable, name, platform),
  );
  return [isExcused ? 'held back' : 'failed', `${text}${[...new Set(ended)].join('')}`];
}
