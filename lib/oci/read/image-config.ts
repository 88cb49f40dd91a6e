import { imageConfig as shape } from '../json/documents.ts';
import { parseJsonObject } from '../json/parse-json.ts';
import { fetchBytes } from '../model/content.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { InvalidManifestError } from '../model/errors.ts';
import type { Options, ReadableTarget } from '../model/target.ts';

/** How to run the image, and what it is made of (image-spec v1.1.1, "Image Configuration"). */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly author?: string;
  readonly config?: ContainerConfig;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] };
  readonly history?: readonly History[];
}

export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly StopSignal?: string;
  /** Instructions of a Containerfile for what is built on it; docker's format alone has them. */
  readonly OnBuild?: readonly string[] | null;
  /** What runs RUN lines; docker's format alone has it. */
  readonly Shell?: readonly string[] | null;
}

export interface History {
  readonly created?: string;
  readonly author?: string;
  readonly created_by?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** @throws {InvalidManifestError} when it is no image configuration */
export async function fetchImageConfig(
  target: ReadableTarget,
  descriptor: Descriptor,
  options: Options = {},
): Promise<ImageConfig> {
  const what = `the image configuration ${target.name}@${descriptor.digest}`;
  const value = parseJsonObject(await fetchBytes(target, descriptor, options), what);
  const problem = shape(value, '');
  if (problem?.startsWith('rootfs.diff_ids'))
    throw new InvalidManifestError(`${what} has no valid rootfs.diff_ids: ${problem}`);
  if (problem !== undefined) throw new InvalidManifestError(`${what} is none: ${problem}`);
  const config = value as unknown as Partial<ImageConfig>;
  return {
    ...config,
    os: config.os ?? '',
    architecture: config.architecture ?? '',
    rootfs: { type: 'layers', diff_ids: config.rootfs?.diff_ids ?? [] },
  };
}
