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
 * Anything that a client could take for something else is refused: as containers/image does where a document has the parts
 * of two kinds (internal/manifest, ValidateUnambiguousManifestFormat), and where names differ in their case alone.
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

/** Clients go by what the registry says, by what the document says, or by its form. */
function refuseOtherKind(mediaType: string | undefined, kind: 'manifest' | 'index', whose: string): void {
  const said = mediaType === undefined ? undefined : kindOf(mediaType);
  if (said !== undefined && said !== kind) {
    throw new InvalidManifestError(
      `${whose} that it is a ${mediaType}, and has the form of an image ${kind}`,
    );
  }
}

/** What must be there before the manifest is: not its subject, which may come later. */
export function successors(manifest: Manifest | Index): readonly Descriptor[] {
  if (isIndex(manifest)) return manifest.manifests;
  return [manifest.config, ...manifest.layers.filter(({ mediaType }) => !isForeignLayer(mediaType))];
}

/** For content that came without its media type, as in an image layout: from what it says itself, or its form. */
export function manifestTypeOf(bytes: Uint8Array, what: string): string {
  const manifest = parseManifest(bytes, what);
  if (manifest.mediaType !== undefined && kindOf(manifest.mediaType) !== undefined) return manifest.mediaType;
  return mediaTypeOf(isIndex(manifest) ? 'index' : 'manifest');
}
