import type { Problem } from '../objects/problem.ts';

/** Something that Tekton accepts and a maintainer should not. */
export interface Finding extends Problem {
  /** A stable name, such as `script-params`. */
  readonly rule: string;
}

/** Worth knowing, and nothing to mend in the object: an image is pinned by a publication or by Renovate. */
const notes: ReadonlySet<string> = new Set([
  'feature-flag',
  'image-digest',
  'image-latest',
  'recommended-annotation',
]);

export function severityOf({ rule }: Finding): 'warning' | 'note' {
  return notes.has(rule) ? 'note' : 'warning';
}

export function finding(rule: string, path: string, message: string): Finding {
  return { rule, path, message };
}

/** A finding where something is the case, to be spread into a list. */
export function findIf(isFound: boolean, rule: string, path: string, message: string): readonly Finding[] {
  return isFound ? [finding(rule, path, message)] : [];
}
