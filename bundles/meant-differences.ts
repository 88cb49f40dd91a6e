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
    place: 'param clone-depth',
    what: 'is ours',
    why: "Fedora CoreOS passes it: versions are made of the history, which one commit does not have. Its default is that of upstream's task.",
  },
  {
    place: 'param workingdir-mount',
    what: 'is ours',
    why: "Fedora CoreOS passes it: the build sees its context there. Its default is that of upstream's task.",
  },
  {
    place: 'param labels',
    what: 'is ours',
    why: 'The base images pass it: labels that are not in the Containerfile.',
  },
  {
    place: 'param wait-for-packages',
    what: 'is ours',
    why: 'It is given to prepare-build-context.',
  },
  {
    place: 'task prepare-build-context',
    what: 'is ours',
    why: 'Fedora CoreOS builds from locks of rpm-ostree, of which it makes the lock that prefetching reads.',
  },
  {
    place: 'task prefetch-dependencies, param SOURCE_ARTIFACT',
    what: 'value is "$(tasks.prepare-build-context.results.SOURCE_ARTIFACT)", and "$(tasks.clone-repository.results.SOURCE_ARTIFACT)" upstream',
    why: 'The source comes by prepare-build-context.',
  },
  {
    place: 'task prefetch-dependencies, runAfter',
    what: 'value is ["prepare-build-context"], and ["clone-repository"] upstream',
    why: 'The source comes by prepare-build-context.',
  },
  {
    place: 'task clone-repository, param depth',
    what: 'is ours',
    why: 'It is given the depth of the run.',
  },
  {
    place: 'task build-images, param LABELS',
    what: 'is ours',
    why: 'It is given the labels of the run.',
  },
  {
    place: 'task build-images, param WORKINGDIR_MOUNT',
    what: 'is ours',
    why: 'It is given the mount of the run.',
  },
  {
    place: 'task roxctl-scan',
    what: 'is not there',
    why: "It took the place of clair-scan in upstream's newest form alone. Users have clair-scan, which stays; roxctl-scan has no param image-platform, which upstream passes to it.",
  },
  {
    place: 'task sast-snyk-check, param CACHI2_ARTIFACT',
    what: 'is not there',
    why: 'The pinned version of the task has no such param, and drops what it is given without a word.',
  },
  {
    place: 'task sast-shell-check, param CACHI2_ARTIFACT',
    what: 'is not there',
    why: 'The pinned version of the task has no such param, and drops what it is given without a word.',
  },
  {
    place: 'task sast-unicode-check, param CACHI2_ARTIFACT',
    what: 'is not there',
    why: 'The pinned version of the task has no such param, and drops what it is given without a word.',
  },
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
