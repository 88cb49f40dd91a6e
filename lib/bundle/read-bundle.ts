import { parseDocument } from 'yaml';
import {
  type Descriptor,
  fetchManifest,
  isIndex,
  type Manifest,
  matchesPlatform,
  type Options,
  openLayer,
  type ReadableTarget,
} from '#lib/oci';
import { type BundleProblem, bundleProblems, entryProblems } from './bundle-problems.ts';
import { API_VERSION, KIND, NAME } from './contract.ts';
import { InvalidBundleError } from './errors.ts';
import { firstFile } from './first-file.ts';

/** A bundle as it stands in a registry, ours or not. */
export interface Bundle {
  readonly root: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
  readonly entries: readonly BundleEntry[];
  /** What Tekton's resolver, its controller or tkn would say against it; empty for a good one. */
  readonly problems: readonly BundleProblem[];
}

/** One layer, and the object in it. */
export interface BundleEntry {
  readonly layer: Descriptor;
  /** As annotated, which is what the resolver looks for; empty where an annotation is missing. */
  readonly kind: string;
  readonly name: string;
  readonly apiVersion: string;
  /** As it was packed, YAML or JSON. */
  readonly text: string;
  /** Undefined where the text is neither. */
  readonly object: object | undefined;
}

/** Far more than a cluster resolves, and little enough to keep. */
const MAX_LAYER = 16 * 1024 * 1024;
/** What the resolver takes of an index (go-containerregistry's default). */
const PLATFORM = { os: 'linux', architecture: 'amd64' };

/**
 * Reads a bundle by tag or digest.
 *
 * @throws {NotFoundError}
 * @throws {InvalidBundleError} when it is an index without an image that the resolver would take, or a layer is too large
 */
export async function readBundle(
  target: ReadableTarget,
  tagOrDigest: string,
  options: Options = {},
): Promise<Bundle> {
  const root = await target.resolve(tagOrDigest, options);
  const manifest = await imageManifest(target, root, options);
  const entries: BundleEntry[] = [];
  for (const layer of manifest.layers) entries.push(await readEntry(target, layer, options));
  return {
    root,
    annotations: manifest.annotations ?? {},
    entries,
    problems: [...bundleProblems(entries), ...entries.flatMap(entryProblems)],
  };
}

async function imageManifest(target: ReadableTarget, root: Descriptor, options: Options): Promise<Manifest> {
  const manifest = await fetchManifest(target, root, options);
  if (!isIndex(manifest)) return manifest;
  const image = manifest.manifests.find(({ platform }) => platform && matchesPlatform(platform, PLATFORM));
  const inner = image && (await fetchManifest(target, image, options));
  if (inner !== undefined && !isIndex(inner)) return inner;
  throw new InvalidBundleError(
    `${target.name}@${root.digest} is an index without an image for linux/amd64, which the resolver would take`,
    { hint: 'publish a bundle as one image, not as an index' },
  );
}

async function readEntry(target: ReadableTarget, layer: Descriptor, options: Options): Promise<BundleEntry> {
  const annotations = layer.annotations ?? {};
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of openLayer(target, layer, options)) {
    size += chunk.length;
    if (size > MAX_LAYER) {
      throw new InvalidBundleError(
        `the layer ${target.name}@${layer.digest} has more than ${MAX_LAYER} bytes: no bundle has`,
      );
    }
    chunks.push(chunk);
  }
  const text = Buffer.from(await firstFile(Buffer.concat(chunks))).toString('utf8');
  return {
    layer,
    kind: annotations[KIND] ?? '',
    name: annotations[NAME] ?? '',
    apiVersion: annotations[API_VERSION] ?? '',
    text,
    object: parse(text),
  };
}

/** JSON is YAML. Read as the controller reads it: 1.1, where y and 0755 are no strings. */
function parse(text: string): object | undefined {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
