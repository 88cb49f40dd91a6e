import { releaseParams } from '#lib/konflux';
import { defineTask, Flag } from '#lib/tekton';

/** Konflux' task of this name, name for name; it takes a release of a tenant, too, which has no admission. */
export const task = defineTask({
  name: 'verify-access-to-resources',
  version: '0.1.0',
  displayName: 'Verify access to the resources of a release',
  categories: ['Release'],
  tags: ['konflux', 'release', 'rbac'],
  description:
    'Asks the cluster whether the account of the pod may read the custom resources of a release, before anything is done. Whatever it may not is told with the rule of a Role that allows it.',
  failures: {
    'the account of this pod may not …':
      'Bind the Role that the message writes out; `bundles/rendered/rbac` has all of them.',
  },
  params: {
    ...releaseParams,
    requireInternalServices: Flag.default(false).describe(
      'Whether the pipeline makes internal requests, in the namespace of the ReleasePlanAdmission.',
    ),
  },
  results: {},
  steps: { 'verify-access-to-resources': { cpu: '10m', memory: '100Mi', timeout: '5m' } },
});
