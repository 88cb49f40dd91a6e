/** Why a mutant that survives is let be. */
export interface Reason {
  readonly file: string;
  /** The whole line of the source, without what is around it. */
  readonly line: string;
  /** What the mutant changes, and to what, with single blanks; where neither is told, all in this line are meant. */
  readonly from?: string;
  readonly to?: string;
  readonly why: string;
}

/** An entry whose mutant is noticed, or is no more, fails. */
export const reasons: readonly Reason[] = [];
