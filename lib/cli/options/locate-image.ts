import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createLayout,
  identifierOf,
  isIndex,
  NotFoundError,
  parseManifest,
  parseReference,
  type ReadableTarget,
  type RegistryClient,
} from '#lib/oci';
import { printable, quoted } from '#lib/text';
import { given, usageError } from './arguments.ts';

/** Where `oci:<layout>[:tag]` or the reference of an image leads. */
export interface Located {
  readonly from: ReadableTarget;
  /** Tag or digest. */
  readonly reference: string;
}

export function locateImage(client: RegistryClient, text: string): Located {
  const layout = /^oci:(?<path>[^:@]+)(?:[:@](?<tag>.+))?$/.exec(text)?.groups;
  if (layout) {
    const path = layout.path ?? '';
    if (!existsSync(join(path, 'index.json')))
      throw new NotFoundError(`there is no OCI layout ${printable(path)}`);
    return { from: createLayout(path), reference: layout.tag ?? onlyOne(path) ?? 'latest' };
  }
  const hint = hintFor(text);
  if (hint !== undefined) throw usageError(`not an image reference: ${quoted(text)}`, hint);
  const reference = given(() => parseReference(text));
  return { from: client.repository(reference), reference: identifierOf(reference) };
}

/** For the other transports of containers-transports(5), and for a path. */
function hintFor(text: string): string | undefined {
  if (text.startsWith('docker://')) return 'write it without docker://';
  if (
    /^(?:dir|docker-archive|docker-daemon|containers-storage|oci-archive|sif|ostree(?:-unverified)?[^/]*):/.test(
      text,
    )
  )
    return 'make an OCI layout of it: skopeo copy <source> oci:<directory>; then give oci:<directory>';
  if (/^[./~]/.test(text)) return 'for an OCI layout in a directory write oci:<directory>[:tag]';
  return undefined;
}

/** What a layout has one image of needs no name, and `buildah push … oci:<layout>` gives it none. */
function onlyOne(path: string): string | undefined {
  const file = join(path, 'index.json');
  const index = parseManifest(readFileSync(file), file);
  const digests = isIndex(index) ? new Set(index.manifests.map(({ digest }) => digest)) : new Set<string>();
  return digests.size === 1 ? digests.values().next().value : undefined;
}
