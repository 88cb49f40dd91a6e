import type { ImageFacts, PlatformFacts } from './facts.ts';

/** What a check found: nothing is a pass. A string that starts a skip says why it could not apply. */
export type Findings = readonly string[] | { readonly skip: string };

interface Definition {
  /** Stable: waivers and policies name it. */
  readonly id: string;
  /** Of a finding: fail holds the image back, warn is told. */
  readonly severity: 'fail' | 'warn';
  readonly description: string;
}

/** Looks at each platform by itself. */
export interface PlatformCheck extends Definition {
  readonly platform: (platform: PlatformFacts, image: ImageFacts) => Findings;
}

/** Looks at all platforms together. */
export interface ImageCheck extends Definition {
  readonly image: (image: ImageFacts) => Findings;
}

export type Check = PlatformCheck | ImageCheck;
