import { implement } from '#lib/step';
import { task } from './task.ts';

/** Hands the source on where nothing is to be prefetched. */
export default implement(task.steps['skip-ta'], async ({ params, log }) => {
  log.info('nothing is to be prefetched');
  return { SOURCE_ARTIFACT: params.SOURCE_ARTIFACT, CACHI2_ARTIFACT: '', PREFETCH_ARTIFACT: '' };
});
