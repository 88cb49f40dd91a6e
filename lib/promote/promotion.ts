import type { Digest, Reference } from '#lib/oci';

/** Which tags of cosign beside an image go with it: `.sig`, `.att` and `.sbom`; `.sig` alone; none. */
export type Companions = 'all' | 'signatures' | 'none';

/** One image, and where it is to be. */
export interface Promotion {
  /** What it is called in tables and messages. */
  readonly component: string;
  /** The image or index, by digest: what a tag says by now is not asked. */
  readonly source: Reference & { readonly digest: Digest };
  /** One repository each, with the tags that are to name the image there. */
  readonly targets: readonly PromotionTarget[];
  readonly companions: Companions;
  /** The image under `sha256-<hex>.src`, which becomes `<tag>-source` too: it must be there, may be, or is not looked for. */
  readonly sourceContainer: 'required' | 'if there' | 'no';
  /** Whether what refers to the image, to its platforms and to those referrers is copied, at any depth. */
  readonly referrers: boolean;
  /** Whether a tag may lose platforms that it names now. */
  readonly mayLosePlatforms: boolean;
}

export interface PromotionTarget {
  readonly repository: Reference;
  readonly tags: readonly string[];
}
