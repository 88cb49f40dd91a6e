import { useReleaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { task } from './task.ts';

export default implement(task.steps['use-trusted-artifact'], async (context) => {
  await useReleaseFiles(context);
  return {};
});
