import { defineTask, Flag, Text } from '#lib/tekton';

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
    release: Text.describe('The Release, as namespace/name.'),
    releasePlan: Text.describe('The ReleasePlan, as namespace/name.'),
    releasePlanAdmission: Text.default('').describe(
      'The ReleasePlanAdmission, as namespace/name; empty for the release of a tenant, which has none.',
    ),
    releaseServiceConfig: Text.default('').describe(
      'The ReleaseServiceConfig, as namespace/name; empty for none.',
    ),
    snapshot: Text.describe('The Snapshot, as namespace/name.'),
    requireInternalServices: Flag.default(false).describe(
      'Whether the pipeline makes internal requests, in the namespace of the ReleasePlanAdmission.',
    ),
  },
  results: {},
  steps: { 'verify-access-to-resources': { cpu: '10m', memory: '100Mi', timeout: '5m' } },
});
