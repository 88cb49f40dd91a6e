import type { ContainerConfig, Descriptor } from '#lib/oci';
import type { Rootfs } from '#lib/rootfs';
import type { InstalledPackages } from '#lib/rpm';

/** The root file system of one platform, as checks see it. */
export type ImageRootfs = Pick<
  Rootfs,
  'paths' | 'notUtf8' | 'get' | 'stat' | 'resolve' | 'list' | 'below' | 'read' | 'head' | 'unread'
>;

/** What is known of one platform's image. */
export interface PlatformFacts {
  /** As the index says, such as linux/arm64. */
  readonly platform: string;
  /** RPM's name of the architecture that the index says. */
  readonly arch: string;
  readonly digest: string;
  /** OCI's name of the architecture, from the configuration. */
  readonly configArchitecture: string;
  readonly config: ContainerConfig;
  /** Layers of the manifest, the lowest first. */
  readonly layers: readonly Pick<Descriptor, 'digest'>[];
  /** Digests of the uncompressed layers, from the configuration. */
  readonly diffIds: readonly string[];
  readonly rootfs: ImageRootfs;
  readonly packages: InstalledPackages;
  /** What is wrong with the list of its layers, against the configuration. */
  readonly unaccounted: readonly string[];
}

export interface ComposeFacts {
  readonly id: string;
  readonly url: string;
  /** NEVRAs with epoch, by RPM's name of the architecture. */
  readonly packages: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface ImageFacts {
  readonly reference: string;
  readonly digest: string;
  /** Platforms that must be there; empty for those that are. */
  readonly expected: readonly string[];
  readonly platforms: readonly PlatformFacts[];
  /** Members of the index that are neither an image that was read nor a known attestation. */
  readonly unread: readonly string[];
  /** What the packages may come from: the first has precedence; empty where that is not asked. */
  readonly composes: readonly ComposeFacts[];
}
