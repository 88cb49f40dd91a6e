import type { ContainerConfig } from '#lib/oci';
import type { Rootfs } from '#lib/rootfs';
import type { InstalledRpm } from '#lib/rpm';

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
  readonly rootfs: Pick<
    Rootfs,
    'get' | 'stat' | 'list' | 'below' | 'resolve' | 'read' | 'head' | 'text' | 'paths' | 'unread'
  >;
  /** Undefined where the image has no RPM database. */
  readonly rpms: readonly InstalledRpm[] | undefined;
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
  readonly compose: ComposeFacts | undefined;
}
