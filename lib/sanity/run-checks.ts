import { ociArchitecture } from '#lib/oci';
import type { Check, Findings } from './check-definition.ts';
import type { ImageFacts } from './facts.ts';
import type { Waiver } from './waivers.ts';

export type Result = 'pass' | 'fail' | 'warn' | 'skip' | 'waived' | 'error';

export interface Outcome {
  readonly id: string;
  readonly severity: 'fail' | 'warn';
  readonly result: Result;
  /** RPM's name; absent of a check that looks at all platforms together. */
  readonly arch?: string;
  readonly messages: readonly string[];
  /** Of a waiver. */
  readonly reason?: string;
}

export interface Report {
  readonly version: 1;
  readonly image: string;
  readonly digest: string;
  readonly compose?: string;
  readonly checks: readonly Outcome[];
  /** Waivers that nothing needed. */
  readonly unusedWaivers: readonly string[];
}

/** Runs every check on what is known of an image. Could not look is an error, never a pass. */
export function runChecks(
  checks: readonly Check[],
  image: ImageFacts,
  waivers: readonly Waiver[] = [],
): Report {
  const used = new Set<Waiver>();
  const outcome = (check: Check, arch: string | undefined, look: () => Findings): Outcome => {
    const { id, severity } = check;
    const base = { id, severity, ...(arch === undefined ? {} : { arch }) };
    let findings: Findings;
    try {
      findings = look();
    } catch (error) {
      return { ...base, result: 'error', messages: [`could not look: ${(error as Error).message}`] };
    }
    if ('skip' in findings) return { ...base, result: 'skip', messages: [findings.skip] };
    if (findings.length === 0) return { ...base, result: 'pass', messages: [] };
    const waiver = waivers.find((one) => one.check === id && isFor(one, arch));
    if (!waiver) return { ...base, result: severity, messages: findings };
    used.add(waiver);
    return { ...base, result: 'waived', messages: findings, reason: waiver.reason };
  };
  const outcomes = checks.flatMap((check) =>
    'image' in check
      ? [outcome(check, undefined, () => check.image(image))]
      : image.platforms.map((platform) =>
          outcome(check, platform.arch, () => check.platform(platform, image)),
        ),
  );
  return {
    version: 1,
    image: image.reference,
    digest: image.digest,
    ...(image.compose ? { compose: image.compose.id } : {}),
    checks: outcomes,
    unusedWaivers: waivers
      .filter((waiver) => !used.has(waiver))
      .map(({ check, arch }) => (arch === undefined ? check : `${check}@${arch}`)),
  };
}

function isFor(waiver: Waiver, arch: string | undefined): boolean {
  if (waiver.arch === undefined) return true;
  return arch !== undefined && ociArchitecture(waiver.arch) === ociArchitecture(arch);
}

/** Those that hold the image back. */
export function failures(report: Report): Outcome[] {
  return report.checks.filter(({ result }) => result === 'fail' || result === 'error');
}
