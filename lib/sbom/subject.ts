import type { Digest, Reference } from '#lib/oci';

/** What an SBOM is about. */
export interface Subject {
  /** Where it is published. */
  readonly reference: Reference;
  readonly digest: Digest;
  readonly version: string;
}

/** purl-spec, "oci": the name is the last part of the repository; the version is a digest or not there. */
export function ociPurl(
  { registry, repository }: Reference,
  digest: Digest | undefined,
  qualifiers: Readonly<Record<string, string>> = {},
): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const all = { ...qualifiers, repository_url: `${registry}/${repository}` };
  const query = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  const version = digest === undefined ? '' : `@${encodeURIComponent(digest)}`;
  return `pkg:oci/${encodeURIComponent(name)}${version}?${query}`;
}
