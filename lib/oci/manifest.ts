import { printable, quoted } from '#lib/text';
import { fetchBytes } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { isDigest } from './digest.ts';
import { InvalidManifestError } from './errors.ts';
import { isForeignLayer, kindOf, mediaTypeOf } from './media-types.ts';
import type { Options, ReadableTarget } from './target.ts';

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
  return parseManifest(await fetchBytes(target, descriptor, options), `${target.name}@${descriptor.digest}`);
}

/** @throws {InvalidManifestError} naming the field that is wrong */
export function parseManifest(bytes: Uint8Array, what: string): Manifest | Index {
  const value = parseObject(bytes, what);
  const fail = (why: string): never => {
    throw new InvalidManifestError(`${what} is no image manifest or index: ${why}`);
  };
  if (value.schemaVersion !== 2) {
    fail(`schemaVersion is ${printable(JSON.stringify(value.schemaVersion) ?? 'missing')}, only 2 is known`);
  }
  if ((value.manifests === undefined) === (value.layers === undefined)) {
    fail('it needs either layers or manifests');
  }
  const check = (descriptor: unknown, path: string) => {
    const problem = descriptorProblem(descriptor);
    if (problem !== undefined) fail(`${path}${problem}`);
  };
  const checkAll = (list: unknown, path: string) => {
    if (!Array.isArray(list)) return fail(`${path} is no list`);
    for (const [index, item] of list.entries()) check(item, `${path}[${index}]`);
  };
  const problem = annotationsProblem(value.annotations);
  if (problem !== undefined) fail(problem.slice(1));
  if (value.subject !== undefined) check(value.subject, 'subject');
  if (value.manifests !== undefined) {
    checkAll(value.manifests, 'manifests');
    return value as unknown as Index;
  }
  check(value.config, 'config');
  checkAll(value.layers, 'layers');
  return value as unknown as Manifest;
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

export function parseObject(bytes: Uint8Array, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Without the parser's message: it quotes what is there.
    throw new InvalidManifestError(`${what} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidManifestError(`${what} is no JSON object`);
  }
  return value as Record<string, unknown>;
}

function descriptorProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return ' is no descriptor';
  const { mediaType, digest, size } = value as Record<string, unknown>;
  if (typeof mediaType !== 'string' || mediaType === '') return '.mediaType is missing';
  if (typeof digest !== 'string' || !isDigest(digest)) return `.digest ${quoted(String(digest))} is none`;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    return '.size is no number of bytes';
  return annotationsProblem((value as Record<string, unknown>).annotations);
}

/** image-spec v1.1.1, "Annotations": a map of strings to strings; Go refuses a manifest with others. */
function annotationsProblem(annotations: unknown): string | undefined {
  if (annotations === undefined || annotations === null) return undefined;
  if (typeof annotations !== 'object' || Array.isArray(annotations)) return '.annotations is no map';
  const wrong = Object.entries(annotations).find(([, text]) => typeof text !== 'string');
  return wrong && `.annotations[${quoted(wrong[0])}] is no text`;
}
