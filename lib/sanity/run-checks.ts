import { newestOf } from '#lib/compose';
import { ociArchitecture } from '#lib/oci';
import type { Check, Findings } from './check-definition.ts';
import type { ImageFacts } from './facts.ts';
import { limits } from './limits.ts';
import { type PackageSources, packageSources } from './package-sources.ts';
import { isExpired, type Waiver } from './waivers.ts';

/** `error` is a check that could not look at all that it needed; it holds an image back as `fail` does. */
export type Result = 'pass' | 'fail' | 'warn' | 'skip' | 'waived' | 'error';

export interface Outcome {
  readonly id: string;
  readonly severity: 'fail' | 'warn';
  readonly result: Result;
  /** RPM's name; absent where a check looked at all platforms together. */
  readonly arch?: string;
  /** As they were found, cut at a length: what an image says may be anything. */
  readonly messages: readonly string[];
  /** Reason of the waiver. */
  readonly reason?: string;
  /** What it would have been without the waiver. */
  readonly waives?: 'fail' | 'warn' | 'error';
}

export interface Report {
  readonly version: 1;
  readonly image: string;
  readonly digest: string;
  /** The newest of the composes that its packages may come from. */
  readonly compose?: string;
  /** Where the packages are from; there where there are several composes. */
  readonly packages?: readonly PackageSources[];
  readonly checks: readonly Outcome[];
  /** Waivers that nothing needed. */
  readonly unusedWaivers: readonly string[];
}

/** Runs every check on what is known of an image. A check that could not look is an error, never a pass. */
export function runChecks(
  checks: readonly Check[],
  image: ImageFacts,
  waivers: readonly Waiver[] = [],
  now: Date = new Date(),
): Report {
  const used = new Set<Waiver>();
  const outcome = (check: Check, arch: string | undefined, look: () => Findings): Outcome => {
    const { id, severity } = check;
    const base = { id, severity, ...(arch === undefined ? {} : { arch }) };
    const found = judged(severity, look);
    if (found.result === 'pass' || found.result === 'skip') return { ...base, ...found };
    const mine = waivers.filter((one) => one.check === id && isFor(one, arch));
    for (const one of mine) used.add(one);
    const waiver = mine.find((one) => !isExpired(one, now));
    if (waiver !== undefined)
      return {
        ...base,
        messages: found.messages,
        result: 'waived',
        reason: waiver.reason,
        waives: found.result,
      };
    const expired = mine.map((one) => `the waiver ${waiverName(one)} expired on ${one.until}: ${one.reason}`);
    // Somebody wanted to be asked again by that day, so that a warning holds the image back, too.
    const result = expired.length > 0 && found.result === 'warn' ? 'fail' : found.result;
    return { ...base, result, messages: [...expired, ...found.messages] };
  };
  const compose = newestOf(image.composes.map(({ id }) => id));
  const packages = packageSources(image);
  const outcomes = checks.flatMap((check) => [
    ...('image' in check ? [outcome(check, undefined, () => check.image(image))] : []),
    ...('platform' in check
      ? image.platforms.map((platform) =>
          outcome(check, platform.arch, () => check.platform(platform, image)),
        )
      : []),
  ]);
  return {
    version: 1,
    image: image.reference,
    digest: image.digest,
    ...(compose === undefined ? {} : { compose }),
    ...(packages.length === 0 ? {} : { packages }),
    checks: outcomes,
    unusedWaivers: waivers.filter((waiver) => !used.has(waiver)).map(waiverName),
  };
}

type Judged =
  | { readonly result: 'pass' | 'skip'; readonly messages: readonly string[] }
  | { readonly result: 'fail' | 'warn' | 'error'; readonly messages: readonly string[] };

function judged(severity: 'fail' | 'warn', look: () => Findings): Judged {
  let findings: Findings;
  try {
    findings = look();
  } catch (error) {
    return { result: 'error', messages: [cut(`could not look: ${(error as Error).message}`)] };
  }
  if ('skip' in findings) return { result: 'skip', messages: [findings.skip] };
  if (findings.length === 0) return { result: 'pass', messages: [] };
  const isSeen = findings.every((finding) => typeof finding === 'string');
  const messages = findings
    .slice(0, limits.findings)
    .map((finding) => cut(typeof finding === 'string' ? finding : `could not look: ${finding.unseen}`));
  const more = findings.length > limits.findings ? [`and ${findings.length - limits.findings} more`] : [];
  return { result: isSeen ? severity : 'error', messages: [...messages, ...more] };
}

function cut(message: string): string {
  const { length } = message;
  return length > limits.message ? `${message.slice(0, limits.message)}… (${length} characters)` : message;
}

function waiverName({ check, arch }: Waiver): string {
  return arch === undefined ? check : `${check}@${arch}`;
}

function isFor(waiver: Waiver, arch: string | undefined): boolean {
  if (waiver.arch === undefined) return true;
  return arch !== undefined && ociArchitecture(waiver.arch) === ociArchitecture(arch);
}

/** The outcomes that hold the image back. */
export function failures(report: Report): Outcome[] {
  return report.checks.filter(({ result }) => result === 'fail' || result === 'error');
}
