import {
  type Descriptor,
  fetchImageConfig,
  fetchManifest,
  InvalidManifestError,
  isIndex,
  type Manifest,
  matchesPlatform,
  mediaTypeOf,
  type Options,
  openLayer,
  type ReadableTarget,
} from '#lib/oci';
import type { BundleEntry } from './bundle-entry.ts';
import { type BundleProblem, bundleProblems, entryProblems } from './bundle-problems.ts';
import { API_VERSION, KIND, NAME } from './contract.ts';
import { InvalidBundleError } from './errors.ts';
import { firstFile } from './first-file.ts';
import { parseObject } from './parse-object.ts';

/** A bundle as it stands in a registry, ours or not. */
export interface Bundle {
  readonly root: Descriptor;
  /** Whose media types the manifest has. */
  readonly format: 'oci' | 'docker';
  /** Annotations of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly entries: readonly BundleEntry[];
  /** What Tekton's resolver, its controller or tkn would say against it; empty for a good one. */
  readonly problems: readonly BundleProblem[];
}

/** Far more than a cluster resolves, and little enough to keep. */
const MAX_LAYER_BYTES = 16 * 1024 * 1024;
/** Limit on the bytes of all layers together. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Ten times what the resolver takes, so that such a bundle can be looked at, but not without end. */
const MAX_LAYERS = 200;
/** The platform that the resolver takes of an index (go-containerregistry's default). */
const PLATFORM = { os: 'linux', architecture: 'amd64' };

/**
 * Reads a bundle by tag or digest, in little memory whatever it holds.
 *
 * @throws {NotFoundError}
 * @throws {DigestMismatchError}
 * @throws {InvalidBundleError} when it is an index without an image that the resolver would take, or far too large
 */
export async function readBundle(
  target: ReadableTarget,
  tagOrDigest: string,
  options: Options = {},
): Promise<Bundle> {
  const root = await target.resolve(tagOrDigest, options);
  const manifest = await imageManifest(target, root, options);
  const what = `${target.name}@${root.digest}`;
  if (manifest.layers.length > MAX_LAYERS) {
    throw new InvalidBundleError(`${what} has ${manifest.layers.length} layers: no bundle has`);
  }
  const entries: BundleEntry[] = [];
  const problems: BundleProblem[] = [];
  let left = MAX_BYTES;
  for (const layer of manifest.layers) {
    const read = await readEntry(target, layer, Math.min(left, MAX_LAYER_BYTES), options);
    entries.push(read.entry);
    problems.push(...read.problems);
    left -= read.size;
  }
  const diffIds = await countDiffIds(target, manifest.config, options);
  return {
    root,
    format: manifest.mediaType === mediaTypeOf('manifest', 'docker') ? 'docker' : 'oci',
    annotations: manifest.annotations ?? {},
    entries,
    problems: [...bundleProblems(entries, diffIds), ...problems],
  };
}

async function imageManifest(target: ReadableTarget, root: Descriptor, options: Options): Promise<Manifest> {
  const manifest = await fetchManifest(target, root, options);
  if (!isIndex(manifest)) return manifest;
  // A member without a platform is taken for this one (go-containerregistry, pkg/v1/remote/index.go).
  const image = manifest.manifests.find(({ platform = PLATFORM }) => matchesPlatform(PLATFORM, platform));
  const inner = image && (await fetchManifest(target, image, options));
  if (inner !== undefined && !isIndex(inner)) return inner;
  throw new InvalidBundleError(
    `${target.name}@${root.digest} is an index without an image for linux/amd64, which the resolver would take`,
    { hint: 'publish a bundle as one image, not as an index' },
  );
}

interface ReadEntry {
  readonly entry: BundleEntry;
  readonly problems: readonly BundleProblem[];
  /** Bytes, uncompressed. */
  readonly size: number;
}

async function readEntry(
  target: ReadableTarget,
  layer: Descriptor,
  limit: number,
  options: Options,
): Promise<ReadEntry> {
  const bytes = await readLayer(target, layer, limit, options);
  const file = await firstFile(bytes);
  const text = Buffer.from(file.bytes).toString('utf8');
  const { object, complaints } = parseObject(text);
  const annotations = layer.annotations ?? {};
  const entry = {
    layer,
    annotations,
    kind: annotations[KIND] ?? '',
    name: annotations[NAME] ?? '',
    apiVersion: annotations[API_VERSION] ?? '',
    text,
    object,
  };
  const at = entry.name === '' ? layer.digest : `${entry.kind.toLowerCase()}/${entry.name}`;
  const problems: BundleProblem[] = complaints.map((message) => ({ by: 'cluster', at, message }));
  if (!file.isTar) problems.push({ by: 'tkn', at, message: 'tkn refuses a layer that is no tar' });
  return { entry, problems: [...problems, ...entryProblems(entry)], size: bytes.length };
}

async function readLayer(
  target: ReadableTarget,
  layer: Descriptor,
  limit: number,
  options: Options,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of openLayer(target, layer, options)) {
    size += chunk.length;
    if (size > limit) {
      throw tooLarge(target, layer, limit);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(target: ReadableTarget, layer: Descriptor, limit: number): InvalidBundleError {
  const isAlone = limit === MAX_LAYER_BYTES;
  const what = isAlone ? `the layer ${target.name}@${layer.digest} has` : 'its layers together have';
  const most = isAlone ? MAX_LAYER_BYTES : MAX_BYTES;
  const message = `cannot read ${target.name}: ${what} more than ${most} bytes: no bundle has`;
  return layer.annotations?.[NAME] === undefined
    ? new InvalidBundleError(message, { hint: 'is this a container image?' })
    : new InvalidBundleError(message);
}

/** The number of diff_ids; an artifact's configuration, such as `{}`, has none. */
async function countDiffIds(target: ReadableTarget, config: Descriptor, options: Options): Promise<number> {
  try {
    return (await fetchImageConfig(target, config, options)).rootfs.diff_ids.length;
  } catch (error) {
    if (error instanceof InvalidManifestError) return 0;
    throw error;
  }
}
