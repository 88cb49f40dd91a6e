import { fetchBytes } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { type Digest, isDigest } from './digest.ts';
import { InvalidManifestError } from './errors.ts';
import { parseObject } from './manifest.ts';
import type { Options, ReadableTarget } from './target.ts';

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
  const value = parseObject(await fetchBytes(target, descriptor, options), what);
  const rootfs = value.rootfs as { diff_ids?: unknown } | undefined;
  const diffIds = rootfs?.diff_ids ?? [];
  if (!Array.isArray(diffIds) || !diffIds.every((id) => typeof id === 'string' && isDigest(id))) {
    throw new InvalidManifestError(`${what} has no valid rootfs.diff_ids`);
  }
  return {
    ...(value as unknown as ImageConfig),
    // tkn writes both empty: that they are strings is all that readers may rely on.
    os: typeof value.os === 'string' ? value.os : '',
    architecture: typeof value.architecture === 'string' ? value.architecture : '',
    rootfs: { type: 'layers', diff_ids: diffIds as Digest[] },
  };
}
