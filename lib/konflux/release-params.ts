import { Text } from '#lib/tekton';

/** Params by which tasks and pipeline are told which release it is; names and types are upstream's. */
export const releaseParams = {
  release: Text.describe('The Release, as namespace/name.'),
  releasePlan: Text.describe('The ReleasePlan, as namespace/name.'),
  releasePlanAdmission: Text.default('').describe(
    'The ReleasePlanAdmission, as namespace/name; empty for the release of a tenant, which has none.',
  ),
  releaseServiceConfig: Text.default('').describe(
    'The ReleaseServiceConfig, as namespace/name; empty for none.',
  ),
  snapshot: Text.describe('The Snapshot, as namespace/name.'),
};
