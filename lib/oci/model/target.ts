import type { Descriptor } from './descriptor.ts';

/** Bytes, or a way to read them from the start, as often as a retry asks for them. */
export type Content = Uint8Array | (() => AsyncIterable<Uint8Array>);

export interface Options {
  readonly signal?: AbortSignal | undefined;
}

export interface ResolveOptions extends Options {
  /** Whether the caller can do without the tag: then one request tells that it is not there, and none why. */
  readonly mayBeAbsent?: boolean | undefined;
}

export interface PushOptions extends Options {
  /** Where the content is already: a registry that holds it in another repository links it instead of taking it. */
  readonly from?: ReadableTarget | undefined;
  /** Whether nobody has asked if it is there: a registry that does not link it is asked before it gets it. */
  readonly mayBeThere?: boolean | undefined;
}

/** How content got there: sent, linked, or not at all, as it was there. */
export type Pushed = 'pushed' | 'mounted' | 'there';

export interface ReferrersOptions extends Options {
  /** Only those of this type. */
  readonly artifactType?: string | undefined;
}

/** Content by descriptor, and names for it: a registry's repository, an image layout, memory. */
export interface ReadableTarget {
  /** What to call it in a message: `quay.io/a/b`, a path. */
  readonly name: string;
  /**
   * The descriptor of the manifest that a tag or digest names.
   * @throws {NotFoundError}
   */
  resolve(tagOrDigest: string, options?: ResolveOptions): Promise<Descriptor>;
  exists(descriptor: Descriptor, options?: Options): Promise<boolean>;
  /**
   * The content as it comes; nothing happens until it is read.
   * @throws {NotFoundError}
   * @throws {DigestMismatchError} at the end at the latest: until then the bytes are not verified
   */
  fetch(descriptor: Descriptor, options?: Options): AsyncIterable<Uint8Array>;
  /** The manifests that say that this is their subject: signatures, SBOMs. */
  referrers(subject: Descriptor, options?: ReferrersOptions): Promise<readonly Descriptor[]>;
}

/** A target that can be written. */
export interface Target extends ReadableTarget {
  /**
   * Puts content there under its digest; content that is there already is no error. What a manifest names must be
   * there.
   * @throws {DigestMismatchError} when the content is not what the descriptor says; nothing is kept then
   */
  push(descriptor: Descriptor, content: Content, options?: PushOptions): Promise<Pushed>;
  /** Names a manifest that is there; the tag moves away from whatever it named before. */
  tag(descriptor: Descriptor, tag: string, options?: Options): Promise<void>;
}
