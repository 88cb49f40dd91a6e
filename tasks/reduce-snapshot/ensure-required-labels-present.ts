import { implement } from '#lib/step';
import { componentOf } from './component.ts';
import { task } from './task.ts';

export default implement(
  task.steps['ensure-required-labels-present'],
  async ({ params, workspaces, log, signal }) => {
    if (!params.SINGLE_COMPONENT) {
      log.info('all components of the Snapshot are released');
      return {};
    }
    log.info(`the Snapshot was made for ${await componentOf(params, workspaces.namespace, signal)}`);
    return {};
  },
);
