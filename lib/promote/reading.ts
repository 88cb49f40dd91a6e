import type { Descriptor, Repository } from '#lib/oci';
import type { Limits } from './limits.ts';
import type { Promotion } from './promotion.ts';

/** Every request to a registry takes one of its places. */
export interface Reading {
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
}

/** A component whose source has been read. */
export interface Source {
  readonly promotion: Promotion;
  readonly repository: Repository;
  readonly root: Descriptor;
  /** The manifests in it, where it is an index. */
  readonly members: readonly Descriptor[];
}
