import { isAlreadyThere } from '../model/already-there.ts';
import { fetchBytes } from '../model/content.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { NotFoundError, RegistryError } from '../model/errors.ts';
import { createLimit, type Limit } from '../model/limit.ts';
import { isManifestType } from '../model/media-types.ts';
import type { Options, ReadableTarget, Target } from '../model/target.ts';
import { around } from '../model/verify.ts';
import { parseManifest, successors } from '../read/manifest.ts';

export interface CopyOptions extends Options {
  /** Tag or digest in the source, or the descriptor that the source gave for one. */
  readonly reference: string | Descriptor;
  /** Names to give it in the destination, once everything is there. */
  readonly tags?: readonly string[];
  /** Whether to copy also what refers to the image and its parts: signatures, SBOMs, and what refers to those. */
  readonly referrers?: boolean;
  /** Blobs under way at once; 3 by default. */
  readonly concurrency?: number;
  /** Instead of `concurrency`, one that several copies have in common; each request or blob takes one place. */
  readonly limit?: Limit;
  readonly onProgress?: (event: CopyEvent) => void;
}

/** `bytes` is how much of the content has gone by since the event before. */
export type CopyEvent =
  | { readonly type: 'bytes'; readonly descriptor: Descriptor; readonly bytes: number }
  | { readonly type: 'copied' | 'mounted' | 'skipped'; readonly descriptor: Descriptor }
  | { readonly type: 'tagged'; readonly descriptor: Descriptor; readonly tag: string };

export interface CopyResult {
  readonly root: Descriptor;
  readonly copied: readonly Descriptor[];
  readonly mounted: readonly Descriptor[];
  /** What was there already. The parts of a manifest that was there are not listed. */
  readonly skipped: readonly Descriptor[];
  /** The tags that moved; one that named the image already is not written again. */
  readonly tagged: readonly string[];
}

const REPORTS = { pushed: 'copied', mounted: 'mounted', there: 'skipped' } as const;

/** dockerd and containerd use the same number. */
const CONCURRENCY = 3;

/**
 * Copies an image or index with all that it names, byte for byte: children before parents, tags last. A copy that dies
 * midway has moved no tag; another call continues it.
 */
export async function copy(from: ReadableTarget, to: Target, options: CopyOptions): Promise<CopyResult> {
  const { reference, tags = [], signal, onProgress } = options;
  const limit = options.limit ?? createLimit(options.concurrency ?? CONCURRENCY);
  const root = typeof reference === 'string' ? await from.resolve(reference, { signal }) : reference;
  const done = { copied: [] as Descriptor[], mounted: [] as Descriptor[], skipped: [] as Descriptor[] };
  const visited = new Map<Digest, Promise<void>>();
  const report = (type: 'copied' | 'mounted' | 'skipped', descriptor: Descriptor) => {
    done[type].push(descriptor);
    onProgress?.({ type, descriptor });
  };

  const visit = (descriptor: Descriptor): Promise<void> => {
    const known = visited.get(descriptor.digest) ?? node(descriptor);
    visited.set(descriptor.digest, known);
    return known;
  };
  const node = async (descriptor: Descriptor): Promise<void> => {
    const isThere = await limit(() => isAlreadyThere(to, descriptor, { signal }));
    if (!isManifestType(descriptor.mediaType)) {
      return isThere ? report('skipped', descriptor) : limit(() => blob(descriptor));
    }
    // A registry has what its manifests name, so only a search for referrers has to look into them.
    if (isThere && !options.referrers) return report('skipped', descriptor);
    const bytes = await limit(() => fetchBytes(from, descriptor, { signal }));
    await all(successors(parseManifest(bytes, `${from.name}@${descriptor.digest}`)), visit);
    if (!isThere) await limit(() => to.push(descriptor, bytes, { signal }));
    report(isThere ? 'skipped' : 'copied', descriptor);
    if (options.referrers) await all(await limit(() => from.referrers(descriptor, { signal })), visit);
  };
  const blob = async (descriptor: Descriptor): Promise<void> => {
    const content = () => {
      const bytes = from.fetch(descriptor, { signal });
      return onProgress === undefined
        ? bytes
        : around(bytes, (stream) => counted(stream, descriptor, onProgress));
    };
    const how = await to.push(descriptor, content, { from, signal });
    report(REPORTS[how], descriptor);
  };

  await visit(root);
  const tagged: string[] = [];
  for (const tag of tags) {
    if ((await digestOfTag(to, tag, options)) === root.digest) continue;
    await to.tag(root, tag, { signal });
    tagged.push(tag);
    onProgress?.({ type: 'tagged', descriptor: root, tag });
  }
  return { root, ...done, tagged };
}

/** Waits for all, also after one has failed: nothing may go on behind the caller's back. */
async function all(
  descriptors: readonly Descriptor[],
  visit: (descriptor: Descriptor) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(descriptors.map(visit));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

async function digestOfTag(to: Target, tag: string, { signal }: Options): Promise<Digest | undefined> {
  try {
    return (await to.resolve(tag, { signal })).digest;
  } catch (error) {
    // The tag is written where the answer does not tell what it names.
    if (error instanceof NotFoundError || error instanceof RegistryError) return undefined;
    throw error;
  }
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  onProgress: (event: CopyEvent) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    onProgress({ type: 'bytes', descriptor, bytes: chunk.length });
    yield chunk;
  }
}
