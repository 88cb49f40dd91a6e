import { rpmArchitecture } from '#lib/oci';
import { timestamp, withoutUserinfo } from '#lib/text';

export interface MetadataInput {
  /** Those that are given; they win over all others. */
  readonly labels: ReadonlyMap<string, string>;
  /** Those of the file and of the param together; they win, too. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly sourceUrl: string;
  readonly commit: string;
  readonly expiresAfter: string;
  readonly created: Date;
  /** OCI's name. */
  readonly architecture: string;
}

export interface Metadata {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

/** What Konflux' builds say of themselves (konflux-build-cli, `image build`: annotations, labels, and legacy labels). */
export function metadataOf(input: MetadataInput): Metadata {
  const { sourceUrl, commit, expiresAfter, architecture } = input;
  const created = timestamp(input.created);
  const url = withoutUserinfo(sourceUrl);
  const common = filled([
    ['org.opencontainers.image.created', created],
    ['org.opencontainers.image.source', url],
    ['org.opencontainers.image.revision', commit],
  ]);
  const legacy = filled([
    ['build-date', created],
    ['architecture', rpmArchitecture(architecture)],
    ['vcs-url', url],
    ['vcs-ref', commit],
    ['vcs-type', url === '' && commit === '' ? '' : 'git'],
    ['quay.expires-after', expiresAfter],
  ]);
  const labels = new Map([...common, ...legacy, ...input.labels]);
  const annotations = new Map([...common, ...input.annotations]);
  return { labels: safe(labels), annotations: safe(annotations) };
}

function filled(entries: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return entries.filter(([, value]) => value !== '');
}

/** A password in an address would be an argument of a program, and public in the image. */
function safe(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].map(([name, value]) => [name, withoutUserinfo(value)]));
}
