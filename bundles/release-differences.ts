import type { MeantDifference } from './meant-differences.ts';

/** Tasks of the release pipeline that upstream must give a place in git to. */
const GIVEN_A_PLACE: readonly string[] = [];

const NO_GIT =
  'Tasks of ours come by digest, and nothing of them by git: the param is accepted, and means nothing.';

/** Differences of the release pipeline's tasks that are meant. */
export const releaseDifferences: readonly MeantDifference[] = GIVEN_A_PLACE.flatMap((task) =>
  ['taskGitUrl', 'taskGitRevision'].map((param) => ({
    task,
    place: `param ${param}`,
    what: 'default is "", and not there upstream',
    why: NO_GIT,
  })),
);
