import { implement } from 'bootc-catalog/step';
import { task } from './task.ts';

export default implement(task.steps.greet, async ({ params, log }) => {
  const message = `${params.GREETING}, ${params.NAME}!`;
  log.info(message);
  return { MESSAGE: message };
});
