import { index as indexShape, manifest as manifestShape } from '../json/documents.ts';
import { parseJsonObject } from '../json/parse-json.ts';
import { fetchBytes } from '../model/content.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { InvalidManifestError } from '../model/errors.ts';
import { isForeignLayer, kindOf, mediaTypeOf } from '../model/media-types.ts';
import type { Options, ReadableTarget } from '../model/target.ts';

export { parseJsonObject as parseObject } from '../json/parse-json.ts';

/** One image, or any other artifact (image-spec v1.1.1, "Image Manifest"). */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A list of manifests, one for each platform (image-spec v1.1.1, "Image Index"). */
export interface Index {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function isIndex(manifest: Manifest | Index): manifest is Index {
  return 'manifests' in manifest;
}

/**
 * @throws {InvalidManifestError} when what is there is no manifest
 * @throws {NotFoundError}
 */
export async function fetchManifest(
  target: ReadableTarget,
  descriptor: Descriptor,
  options: Options = {},
): Promise<Manifest | Index> {
  const what = `${target.name}@${descriptor.digest}`;
  const manifest = parseManifest(await fetchBytes(target, descriptor, options), what);
  refuseOtherKind(descriptor.mediaType, isIndex(manifest) ? 'index' : 'manifest', `what names ${what} says`);
  return manifest;
}

/**
 * Parses a manifest, and refuses what a client could take for something else: a document with the parts of two kinds,
 * as containers/image does (internal/manifest, ValidateUnambiguousManifestFormat), and names that differ only in case.
 *
 * @throws {InvalidManifestError} naming the field that is wrong
 */
export function parseManifest(bytes: Uint8Array, what: string): Manifest | Index {
  const value = parseJsonObject(bytes, what);
  const fail = (why: string): never => {
    throw new InvalidManifestError(`${what} is no image manifest or index: ${why}`);
  };
  if (value.schemaVersion !== 2) {
    const { schemaVersion } = value;
    const told = typeof schemaVersion === 'number' ? `${schemaVersion}` : typeof schemaVersion;
    fail(`schemaVersion is ${told}, only 2 is known`);
  }
  if ((value.manifests === undefined) === (value.layers === undefined)) {
    fail('it needs either layers or manifests');
  }
  const kind = value.manifests === undefined ? 'manifest' : 'index';
  const problem = (kind === 'index' ? indexShape : manifestShape)(value, '');
  if (problem !== undefined) fail(problem);
  const parsed = value as unknown as Manifest | Index;
  refuseOtherKind(parsed.mediaType, kind, `${what} says of itself`);
  return parsed;
}

/** Clients go by what the registry says, by what the document says, or by its form, so these must agree. */
function refuseOtherKind(mediaType: string | undefined, kind: 'manifest' | 'index', whose: string): void {
  const said = mediaType === undefined ? undefined : kindOf(mediaType);
  if (said !== undefined && said !== kind) {
    throw new InvalidManifestError(
      `${whose} that it is a ${mediaType}, and has the form of an image ${kind}`,
    );
  }
}

/** What must be there before the manifest is pushed; its subject is left out, since it may come later. */
export function successors(manifest: Manifest | Index): readonly Descriptor[] {
  if (isIndex(manifest)) return manifest.manifests;
  return [manifest.config, ...manifest.layers.filter(({ mediaType }) => !isForeignLayer(mediaType))];
}

/**
 * The media type of a manifest that came without one, as in an image layout: the one it names itself, else the one its
 * form shows.
 */
export function manifestTypeOf(bytes: Uint8Array, what: string): string {
  const manifest = parseManifest(bytes, what);
  if (manifest.mediaType !== undefined && kindOf(manifest.mediaType) !== undefined) return manifest.mediaType;
  return mediaTypeOf(isIndex(manifest) ? 'index' : 'manifest');
}
