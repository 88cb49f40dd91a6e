/**
 * The data that a set of images is written down in, line by line; `defineImages` checks it and gives the model. Platforms
 * are `linux/arm64`; RPM's names of architectures are taken too.
 */
export interface ImagesEntry {
  /** What the name of every image begins with: `fedora-bootc`. */
  readonly name: string;
  /** Where the repository of each stream and image lies: `quay.io/bootc-devel`. */
  readonly repository: string;
  readonly flow: FlowEntry;
  /** What an image is built for unless its entry says otherwise; the first is a platform that every image has. */
  readonly platforms: readonly string[];
  readonly images: readonly ImageEntry[];
  readonly streams: readonly StreamEntry[];
}

/** Pungi's flow: one repository for all streams, told apart by tags `<branch>-<timestamp>[-<image>]`. */
export interface FlowEntry {
  readonly compose: string;
  readonly images: string;
  /** The image whose tags have no suffix. */
  readonly plain: string;
}

export type ImageEntry = ComposeEntry | ManifestEntry | LayeredEntry;

interface Common {
  readonly name: string;
  readonly platforms?: readonly string[];
  /** Whether it may be missing: all of it, or on these platforms. */
  readonly failable?: true | readonly string[];
  /** What a build asks for, as Kubernetes writes it: `8Gi`. */
  readonly memory?: string;
}

/** The repos image, made from the compose itself. */
export interface ComposeEntry extends Common {
  readonly compose: true;
}

interface BuiltEntry extends Common {
  /** Below the source; `Containerfile` by default. */
  readonly containerfile?: string;
  /** Below the source; all of it by default. */
  readonly context?: string;
  /** `NAME=value`, beside `MANIFEST`. */
  readonly buildArgs?: readonly string[];
}

/** Built straight from the compose, by a manifest of rpm-ostree without its `.yaml`. */
export interface ManifestEntry extends BuiltEntry {
  readonly manifest: string;
}

/** Built on another image of the set, as its own Containerfile says. */
export interface LayeredEntry extends BuiltEntry {
  readonly from: string;
  readonly containerfile: string;
}

/** Rawhide and branched have one nightly compose, a stable stream several; nothing of a frozen one is made anew. */
export const streamKinds = ['rawhide', 'branched', 'stable', 'frozen'] as const;

export interface StreamEntry {
  /** The branch: `rawhide`, `43`. */
  readonly name: string;
  /** The label org.opencontainers.image.version: for rawhide the number that it will become. */
  readonly version: string;
  readonly kind: (typeof streamKinds)[number];
  /** What comes first takes precedence. */
  readonly composes: readonly StreamCompose[];
  readonly images: 'all' | readonly string[];
  /** By the name of the image. */
  readonly exceptions?: Readonly<Record<string, ExceptionEntry>>;
  /** YYYY-MM-DD, its last day. */
  readonly endOfLife?: string;
}

export interface StreamCompose {
  /** What the compose is to the stream: `nightly`, `updates`, `release`. */
  readonly role: string;
  readonly url: string;
}

/** Where an image of one stream differs from the image of that name. */
export interface ExceptionEntry {
  readonly manifest?: string;
  readonly platforms?: readonly string[];
  readonly failable?: true | readonly string[];
  /** As sanity-check takes them: `check=reason;until=YYYY-MM-DD`. */
  readonly waivers?: readonly string[];
  readonly memory?: string;
}
