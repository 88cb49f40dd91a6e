import { implement } from '#lib/step';
import { parseArtifactUri } from '#lib/trusted-artifacts';
import { task } from './task.ts';

/** Hands the source on where nothing is to be prefetched. */
export default implement(task.steps['skip-ta'], async ({ params, log }) => {
  // It is passed on as the result of a trusted task, so it must be what that says it is.
  parseArtifactUri(params.SOURCE_ARTIFACT);
  log.info('nothing is to be prefetched');
  return { SOURCE_ARTIFACT: params.SOURCE_ARTIFACT, CACHI2_ARTIFACT: '', PREFETCH_ARTIFACT: '' };
});
