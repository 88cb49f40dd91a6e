import { own, printable, quoted } from '#lib/text';
import { InvalidReleaseError } from '../errors.ts';
import type { ImageFacts, PlatformFacts } from './facts.ts';
import { strftime } from './strftime.ts';

/** What the variables of tags stand for, of one component. */
export interface VariableSource {
  /** Names the component in an error. */
  readonly component: string;
  /** Hexadecimal digits of the image's digest. */
  readonly digest: string;
  readonly revision: string | undefined;
  readonly facts: ImageFacts;
  readonly timestampFormat: string;
  /** When the release began. */
  readonly now: Date;
}

const LABEL = 'labels.';
const VERSION = 'org.opencontainers.image.version';

/**
 * What a variable of a tag stands for, as upstream's apply-mapping has it, but of all platforms of the image.
 *
 * @throws {InvalidReleaseError} for a variable that is unknown or empty, and for one on which platforms differ
 */
export function variableOf(name: string, source: VariableSource): string {
  const { component, digest, revision = '', now, timestampFormat } = source;
  const refuse = (why: string) =>
    new InvalidReleaseError(`tags of component ${quoted(component)}: the variable ${printable(name)} ${why}`);
  const known: Readonly<Record<string, () => string>> = {
    timestamp: () => agreed(source, refuse, (one) => timestampOf(one, timestampFormat, refuse)),
    release_timestamp: () => strftime(timestampFormat, now),
    git_sha: () => revision,
    git_short_sha: () => revision.slice(0, 7),
    digest_sha: () => digest,
    oci_version: () =>
      agreed(source, refuse, ({ labels }) => own(labels, VERSION)?.replaceAll('+', '_') ?? '') || 'unknown',
  };
  const find = name.startsWith(LABEL)
    ? () => agreed(source, refuse, ({ labels }) => own(labels, name.slice(LABEL.length)) ?? '')
    : own(known, name);
  if (find === undefined) throw refuse('is unknown');
  const value = find();
  if (value === '') throw refuse('is empty');
  return value;
}

type Refuse = (why: string) => InvalidReleaseError;

/** The value that all platforms have. */
function agreed(
  { facts }: VariableSource,
  refuse: Refuse,
  valueFor: (facts: PlatformFacts) => string,
): string {
  const values = facts.map((one) => ({ platform: one.platform, value: valueFor(one) }));
  const [first, ...rest] = values;
  if (first === undefined) return '';
  if (rest.every(({ value }) => value === first.value)) return first.value;
  const told = values.map(({ platform, value }) => `${quoted(value)} on ${platform}`);
  throw refuse(`is not the same on all platforms: ${told.join(', ')}`);
}

function timestampOf({ labels, created }: PlatformFacts, format: string, refuse: Refuse): string {
  const text = own(labels, 'build-date') || (created ?? '');
  if (text === '') return '';
  // A label often has no zone; upstream's container reads it as UTC.
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) || !/\d{2}:\d{2}/.test(text);
  const time = new Date(isZoned ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(time.getTime())) throw refuse(`comes from ${quoted(text)}, which is no time`);
  return strftime(format, time);
}
