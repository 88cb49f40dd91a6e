import { ociArchitecture } from '#lib/oci';
import { isDay, quoted } from '#lib/text';
import { InvalidGateError } from './request.ts';

/** An architecture that a tag may lose, and why. */
export interface AllowedDrop {
  readonly image: string;
  readonly architecture: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC, as YYYY-MM-DD. */
  readonly until: string;
}

const FORM =
  /^(?<image>[a-z0-9][a-z0-9-]*|\*)@(?<arch>[a-z0-9_]+)=(?<reason>.*\S.*?)\s*;\s*until=(?<until>\S+)$/s;

/** @throws {InvalidGateError} for one without a reason or without a day that exists: nobody would take it back */
export function parseAllowDrop(entries: readonly string[]): readonly AllowedDrop[] {
  return entries.map((entry) => {
    const { image = '', arch = '', reason = '', until = '' } = FORM.exec(entry)?.groups ?? {};
    if (!isDay(until)) {
      throw new InvalidGateError(`ALLOW_DROP takes nothing away by ${quoted(entry)}`, {
        hint: 'write image@architecture=reason;until=YYYY-MM-DD',
      });
    }
    return { image, architecture: ociArchitecture(arch), reason: reason.trim(), until };
  });
}

/** Those for a platform of an image, in force or not. */
export function dropsFor(
  drops: readonly AllowedDrop[],
  image: string,
  platform: string,
): readonly AllowedDrop[] {
  const architecture = platform.split('/')[1] ?? '';
  return drops.filter((one) => [image, '*'].includes(one.image) && one.architecture === architecture);
}
