import { collect, streamOf } from '../model/content.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import { NotFoundError } from '../model/errors.ts';
import { isManifestType } from '../model/media-types.ts';
import { parseTag } from '../model/reference.ts';
import type { Target } from '../model/target.ts';
import { verifyBytes } from '../model/verify.ts';
import { parseManifest, successors } from '../read/manifest.ts';
import { isWanted, readReferrer } from '../read/referrer.ts';

export interface MemoryTarget extends Target {
  readonly tags: ReadonlyMap<string, Descriptor>;
}

/** A target for tests and for what is small; as strict as a registry. */
export function createMemoryTarget(name = 'memory'): MemoryTarget {
  const blobs = new Map<Digest, { readonly descriptor: Descriptor; readonly bytes: Uint8Array }>();
  const tags = new Map<string, Descriptor>();
  const find = (digest: Digest) => {
    const found = blobs.get(digest);
    if (found === undefined) throw new NotFoundError(`${name} has no ${digest}`);
    return found;
  };
  return {
    name,
    tags,
    async resolve(tagOrDigest) {
      const found = isDigest(tagOrDigest) ? find(tagOrDigest).descriptor : tags.get(tagOrDigest);
      if (found === undefined) throw new NotFoundError(`${name} has no tag ${tagOrDigest}`);
      return found;
    },
    exists: async ({ digest }) => blobs.has(digest),
    async *fetch({ digest }) {
      yield find(digest).bytes;
    },
    async referrers(subject, { artifactType } = {}) {
      return [...blobs.values()].flatMap(({ descriptor, bytes }) => {
        if (!isManifestType(descriptor.mediaType)) return [];
        const found = readReferrer(descriptor, bytes, `${name}@${descriptor.digest}`);
        const isOurs = found.subject?.digest === subject.digest;
        return isOurs && isWanted(found.referrer.artifactType, artifactType) ? [found.referrer] : [];
      });
    },
    async push(descriptor, content) {
      const { mediaType, digest, size } = descriptor;
      const bytes = await collect(streamOf(content));
      verifyBytes(bytes, descriptor, `${name}@${digest}`);
      if (isManifestType(mediaType)) {
        for (const child of successors(parseManifest(bytes, digest))) find(child.digest);
      }
      blobs.set(digest, { descriptor: { mediaType, digest, size }, bytes });
      return 'pushed';
    },
    async tag({ digest }, tag) {
      tags.set(parseTag(tag), find(digest).descriptor);
    },
  };
}
