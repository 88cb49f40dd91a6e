import type { MeantDifference } from './meant-differences.ts';

/** Tasks of the release pipeline, with the params that upstream requires and that have a default here. */
const NOT_REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'verify-access-to-resources': ['releasePlanAdmission', 'releaseServiceConfig'],
  'collect-task-params': ['taskGitUrl', 'taskGitRevision'],
  'collect-registry-token-secret': ['taskGitUrl', 'taskGitRevision'],
  'make-repo-public': ['taskGitUrl', 'taskGitRevision'],
  'update-cr-status': ['taskGitUrl', 'taskGitRevision'],
  'reduce-snapshot': ['taskGitUrl', 'taskGitRevision'],
  'apply-mapping': ['taskGitUrl', 'taskGitRevision'],
  'check-data-keys': ['taskGitUrl', 'taskGitRevision'],
  'collect-data': ['taskGitUrl', 'taskGitRevision', 'releasePlanAdmission', 'releaseServiceConfig'],
  'filter-already-released-images': ['taskGitRevision'],
  'push-snapshot': ['taskGitUrl', 'taskGitRevision'],
};

const NO_GIT = 'Tasks of ours come by digest, and none by git: the param is accepted, and means nothing.';
const NOT_THERE = 'The release of a tenant has none: empty means that it is not there.';

/** Tasks that come from upstream's repository by default; the others have to be told. */
const FROM_UPSTREAM = ['filter-already-released-images'];

/** Steps that ask for more memory than upstream's, which are a few lines of bash. */
const MORE_MEMORY = [
  { task: 'collect-data', step: 'check-data-key-sources', ours: '64Mi', theirs: '32Mi' },
  { task: 'apply-mapping', step: 'apply-mapping', ours: '128Mi', theirs: '64Mi' },
];

const NODE =
  'A process of Node.js has some 50 MiB before it does anything, half of it the pages of its program.';

/** Differences of the release pipeline's tasks that are meant. */
export const releaseDifferences: readonly MeantDifference[] = [
  ...Object.entries(NOT_REQUIRED).flatMap(([task, params]) =>
    params.map((param) => ({
      task,
      place: `param ${param}`,
      what: 'default is "", and not there upstream',
      why: param.startsWith('taskGit') ? NO_GIT : NOT_THERE,
    })),
  ),
  ...FROM_UPSTREAM.map((task) => ({
    task,
    place: 'param taskGitUrl',
    what: 'default is "", and "https://github.com/konflux-ci/release-service-catalog.git" upstream',
    why: NO_GIT,
  })),
  ...MORE_MEMORY.flatMap(({ task, step, ours, theirs }) =>
    ['requests', 'limits'].map((kind) => ({
      task,
      place: `step ${step}`,
      what: `${kind} of memory are ${ours}, and ${theirs} upstream`,
      why: NODE,
    })),
  ),
];
