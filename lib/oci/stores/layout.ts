import { createReadStream, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve as resolvePath } from 'node:path';
import { writeWhole } from '#lib/process';
import { collect, limited, MAX_MANIFEST, streamOf } from '../model/content.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import { InvalidManifestError, NotFoundError } from '../model/errors.ts';
import { createLimit } from '../model/limit.ts';
import { isManifestType, mediaTypeOf } from '../model/media-types.ts';
import { isOwned, markOwned, release } from '../model/owned.ts';
import { parseTag } from '../model/reference.ts';
import type { Content, Target } from '../model/target.ts';
import { verified } from '../model/verify.ts';
import { type Index, manifestTypeOf, parseManifest, successors } from '../read/manifest.ts';
import { isWanted, readReferrer } from '../read/referrer.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';
const READ_SIZE = 128 * 1024;

/**
 * A folder on disk as a target, made when first written (image-spec v1.1.1, "Image Layout"); skopeo's `oci:`. One
 * process at a time may write it.
 */
export function createLayout(path: string): Target {
  const root = resolvePath(path);
  const turn = createLimit(1);
  const blobPath = (digest: Digest) => join(root, 'blobs', ...digest.split(':'));

  const size = async (digest: Digest) => {
    const found = await stat(blobPath(digest)).catch((cause: unknown) => {
      throw new NotFoundError(`${root} has no ${digest}`, { cause });
    });
    return found.size;
  };
  async function* readBlob({ digest }: Descriptor, signal: AbortSignal | undefined) {
    await size(digest);
    const options = { highWaterMark: READ_SIZE, ...(signal ? { signal } : {}) };
    yield* createReadStream(blobPath(digest), options) as AsyncIterable<Uint8Array>;
  }
  const change = (edit: (manifests: readonly Descriptor[]) => readonly Descriptor[]) =>
    turn(async () => {
      const index = await readIndex(root);
      const manifests = edit(index.manifests);
      const marker = join(root, 'oci-layout');
      await writeFile(marker, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
      writeWhole(join(root, 'index.json'), JSON.stringify({ ...index, manifests }, null, 2));
    });

  return {
    name: root,
    async resolve(tagOrDigest) {
      const { manifests } = await readIndex(root);
      const named = manifests.find(
        ({ digest, annotations }) => digest === tagOrDigest || annotations?.[REF_NAME] === tagOrDigest,
      );
      if (named !== undefined) return bare(named);
      if (!isDigest(tagOrDigest)) throw new NotFoundError(`${root} has no tag ${tagOrDigest}`);
      const bytes = await size(tagOrDigest);
      const mediaType = manifestTypeOf(await readFile(blobPath(tagOrDigest)), `${root}@${tagOrDigest}`);
      return { mediaType, digest: tagOrDigest, size: bytes };
    },
    async exists({ digest }) {
      return stat(blobPath(digest)).then(
        () => true,
        () => false,
      );
    },
    fetch: (descriptor, { signal } = {}) =>
      verified(markOwned(readBlob(descriptor, signal)), descriptor, `${root}@${descriptor.digest}`, true),
    async referrers(subject, { artifactType } = {}) {
      const found: Descriptor[] = [];
      // A referrer is no part of its subject, so that it stands in the index itself.
      for (const manifest of (await readIndex(root)).manifests) {
        const bytes = await readFile(blobPath(manifest.digest));
        const { subject: named, referrer } = readReferrer(
          bare(manifest),
          bytes,
          `${root}@${manifest.digest}`,
        );
        if (named?.digest === subject.digest && isWanted(referrer.artifactType, artifactType))
          found.push(referrer);
      }
      return found;
    },
    async push(descriptor, content, { signal } = {}) {
      const path = blobPath(descriptor.digest);
      if (!isManifestType(descriptor.mediaType)) {
        await writeVerified(path, descriptor, content, signal);
        return 'pushed';
      }
      const bytes = await collect(limited(streamOf(content), MAX_MANIFEST, path));
      const children = successors(parseManifest(bytes, `${root}@${descriptor.digest}`));
      // The parts are checked first: a manifest that is there promises that its parts are.
      for (const child of children) await size(child.digest);
      await writeVerified(path, descriptor, bytes, signal);
      await change((manifests) => addRoot(manifests, descriptor, children));
      return 'pushed';
    },
    async tag(descriptor, tag) {
      parseTag(tag);
      await size(descriptor.digest);
      await change((manifests) => [
        ...manifests.filter(({ digest, annotations }) => {
          const name = annotations?.[REF_NAME];
          return name !== tag && !(name === undefined && digest === descriptor.digest);
        }),
        { ...bare(descriptor), annotations: { [REF_NAME]: tag } },
      ]);
    },
  };
}

/** A manifest that nobody names stands in the index, or no reader would find it; what its parent names does not. */
function addRoot(
  manifests: readonly Descriptor[],
  descriptor: Descriptor,
  children: readonly Descriptor[],
): readonly Descriptor[] {
  const isNamed = ({ annotations }: Descriptor) => annotations?.[REF_NAME] !== undefined;
  const inner = new Set(children.map(({ digest }) => digest));
  const kept = manifests.filter((manifest) => isNamed(manifest) || !inner.has(manifest.digest));
  return kept.some(({ digest }) => digest === descriptor.digest) ? kept : [...kept, bare(descriptor)];
}

function bare({ mediaType, digest, size, platform }: Descriptor): Descriptor {
  return { mediaType, digest, size, ...(platform === undefined ? {} : { platform }) };
}

async function readIndex(root: string): Promise<Index> {
  const path = join(root, 'index.json');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return { schemaVersion: 2, mediaType: mediaTypeOf('index'), manifests: [] };
  }
  const index = parseManifest(bytes, path);
  if ('manifests' in index) return index;
  throw new InvalidManifestError(`${path} is no index`);
}

/** Writes content under another name until it is whole and right. */
async function writeVerified(
  path: string,
  descriptor: Descriptor,
  content: Content,
  signal: AbortSignal | undefined,
): Promise<void> {
  const partial = `${path}.${process.pid}.${partials++}.partial`;
  await mkdir(join(path, '..'), { recursive: true });
  const file = await open(partial, 'wx');
  try {
    const stream = verified(streamOf(content), descriptor, path);
    const mayRelease = isOwned(stream);
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      writeAll(file, chunk);
      if (mayRelease) release(chunk);
    }
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Bytes that are written at once. The pieces are small and do not go through the thread pool: the page cache takes one,
 * from the caches of this core, sooner than another thread wakes up. A gigabyte takes two thirds of the time; a slower
 * disk makes us wait either way.
 */
const PIECE = 128 * 1024;

function writeAll({ fd }: FileHandle, chunk: Uint8Array): void {
  for (let offset = 0; offset < chunk.length; ) {
    offset += writeSync(fd, chunk, offset, Math.min(PIECE, chunk.length - offset));
  }
}

let partials = 0;
