/** What a catalog shows of a task or pipeline, beside its name and what it does. */
export interface Shown {
  /** Of Tekton Hub's list, such as Image Build, Security or Git; becomes an annotation, and a section of the index. */
  readonly categories?: readonly string[];
  /** Words by which it is found; becomes an annotation. */
  readonly tags?: readonly string[];
}
