import type { ImageFacts, PlatformFacts } from './facts.ts';

/** Part of an image that a check needed and that could not be looked at. */
export interface Unseen {
  readonly unseen: string;
}

/** What a check found: nothing is a pass. `skip` says why it could not apply. */
export type Findings = readonly (string | Unseen)[] | { readonly skip: string };

interface Definition {
  /** Stable: waivers and policies name it. */
  readonly id: string;
  /** What a finding does: fail holds the image back, warn is told. */
  readonly severity: 'fail' | 'warn';
  /** What is right, in one sentence. */
  readonly description: string;
  /** Which files or fields are read. */
  readonly looksAt: string;
  /** What happens to an image that breaks the rule. */
  readonly why: string;
  /** What to do about a finding. */
  readonly mend: string;
  /** The function of bootc whose rule this is. */
  readonly follows?: string;
}

/** Looks at each platform by itself. */
export interface PlatformCheck extends Definition {
  readonly platform: (platform: PlatformFacts, image: ImageFacts) => Findings;
}

/** Looks at all platforms together. */
export interface ImageCheck extends Definition {
  readonly image: (image: ImageFacts) => Findings;
}

/** One that does both has an outcome for the image and one for each platform. */
export type Check = PlatformCheck | ImageCheck | (PlatformCheck & ImageCheck);
