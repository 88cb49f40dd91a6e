import type { Descriptor, Digest, ReadableTarget, Repository } from '#lib/oci';
import type { Pipeline, StepAction, Task } from '#lib/tekton';
import type { ItemKind } from './names.ts';

/** One thing to be published, and what of it is there already. */
export interface Item {
  readonly kind: ItemKind | 'migration';
  readonly name: string;
  readonly version: string;
  readonly destination: Repository;
  /** How others refer to it: `<repository>:<version>@<digest>`. */
  readonly reference: string;
  readonly root: Descriptor;
  readonly from: ReadableTarget;
  /** Whether the destination has it already: nothing is pushed then. */
  readonly isThere: boolean;
  /**
   * Whether SBOM and provenance are attached: they are not where the version's tag names it already, nor to a
   * migration.
   */
  readonly needsAttachments: boolean;
  readonly tags: readonly TagMove[];
  /** The object of a bundle; undefined for the step image. */
  readonly object?: Task | Pipeline | StepAction;
  /** SPDX expression, where the catalog says one. */
  readonly license?: string | undefined;
}

export interface TagMove {
  readonly tag: string;
  /** What the tag names now, where there is such a tag. */
  readonly from: Digest | undefined;
}
