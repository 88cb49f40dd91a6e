import type { FlowEntry, StreamCompose, StreamEntry } from './entries.ts';

/** A set of images whose data has been checked: everything that the data leaves out is there. */
export interface ImageSet {
  readonly name: string;
  readonly repository: string;
  readonly flow: FlowEntry;
  readonly platforms: readonly string[];
  /** In an order in which they can be built: a base before what stands on it. */
  readonly images: readonly Image[];
  readonly streams: readonly Stream[];
}

/** An image as it is unless a stream makes an exception. */
export interface Image {
  readonly name: string;
  readonly made: Made;
  readonly platforms: readonly string[];
  /** Whether its platforms are those of the set. */
  readonly hasOwnPlatforms: boolean;
  /** Platforms that may be missing. */
  readonly failable: readonly string[];
  /** Whether all of it may be missing. */
  readonly mayFail: boolean;
  readonly memory: string | undefined;
  /** What its tags end with in pungi's flow: `-minimal`; empty for the plain one. */
  readonly suffix: string;
}

/** What an image is made of. */
export type Made =
  | { readonly of: 'compose' }
  | ({ readonly of: 'manifest'; readonly manifest: string } & Build)
  | ({ readonly of: 'image'; readonly from: string } & Build);

/** What buildah is told. */
export interface Build {
  readonly containerfile: string;
  readonly context: string;
  /** `MANIFEST=fedora-standard` comes first where the image has a manifest. */
  readonly buildArgs: readonly string[];
}

export interface Stream {
  readonly name: string;
  readonly version: string;
  readonly kind: StreamEntry['kind'];
  readonly composes: readonly StreamCompose[];
  /** Those that it has, in the order of the set. */
  readonly images: readonly StreamImage[];
  readonly endOfLife: string | undefined;
}

/** An image of a stream, its exceptions applied. */
export interface StreamImage extends Image {
  readonly stream: string;
  /** `fedora-bootc-43-minimal`: the component of Konflux, and the last part of its repository. */
  readonly component: string;
  /** `quay.io/bootc-devel/fedora-bootc-43-minimal` */
  readonly repository: string;
  readonly waivers: readonly string[];
}
