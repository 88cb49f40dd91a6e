/** What a catalog shows of a task or pipeline, beside its name and what it does. */
export interface Shown {
  /** Names of Tekton Hub's list, such as Image Build, Security or Git; they become an annotation, and the first a section of the index. */
  readonly categories?: readonly string[];
  /** Words by which it is found; they become an annotation. */
  readonly tags?: readonly string[];
}
