import type { Place } from './errors.ts';

export type { Place };

/** A value, and where it was said. */
export interface Said<T> extends Place {
  readonly value: T;
}

/** A manifest with all that it includes, for one architecture. */
export interface Treefile {
  readonly manifest: string;
  /** RPM's name of it. */
  readonly architecture: string;
  /** Every manifest that was read, the first included by none. */
  readonly manifests: readonly ReadManifest[];
  /** Other files that an image reads by it: scripts, files that are added. */
  readonly others: readonly Said<string>[];
  /** By name, sorted: each place that asks for it, and by which field. */
  readonly packages: ReadonlyMap<string, readonly Asked[]>;
  readonly excluded: ReadonlyMap<string, Place>;
  readonly repoPackages: readonly RepoPackages[];
  /** Whether Recommends are installed; true unless a manifest says otherwise. */
  readonly recommends: boolean;
  readonly releasever: string | number | undefined;
  readonly variables: ReadonlyMap<string, Variable>;
  /** What is carried and not interpreted, by field: a list has all its parts, in the order in which rpm-ostree takes them. */
  readonly carried: ReadonlyMap<string, readonly Said<unknown>[]>;
}

export type Variable = string | number | boolean;

export interface ReadManifest {
  readonly file: string;
  /** Where it is included. */
  readonly by: Place | undefined;
}

export interface Asked extends Place {
  /** `packages` or `packages-ppc64le`. */
  readonly field: string;
}

export interface RepoPackages extends Place {
  readonly repo: string;
  readonly packages: readonly string[];
}
