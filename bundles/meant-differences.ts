/** A place in which a pipeline or task of ours is not as Konflux' one of the same name. */
export interface Difference {
  /** The task; undefined for the pipeline. */
  readonly task?: string;
  /** Such as `param IMAGE` or `task clair-scan, params`. */
  readonly place: string;
  /** What is different. */
  readonly what: string;
}

/** A difference that is meant. */
export interface MeantDifference extends Difference {
  readonly why: string;
}

/** All of them: a test holds them against the contract, and docs/from-upstream.md shows them. */
export const meantDifferences: readonly MeantDifference[] = [
  {
    task: 'init',
    place: 'step init',
    what: 'limit of cpu is not there, and 100m upstream',
    why: 'A limit on processors slows a step down and saves nothing: a node keeps free what is asked for, which is what upstream asks for.',
  },
  {
    task: 'prefetch-dependencies-oci-ta',
    place: 'step prefetch-rpms',
    what: 'is ours',
    why: 'It fetches RPMs over many connections and verifies them as they come; the step prefetch-dependencies is skipped then.',
  },
  {
    task: 'buildah-remote-oci-ta',
    place: 'step build',
    what: 'limit of cpu is not there, and 4600m upstream',
    why: 'A limit on processors slows a build down and saves nothing: a node keeps free what is asked for.',
  },
];
