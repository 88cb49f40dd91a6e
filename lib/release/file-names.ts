/** Files of a release in its directory, as upstream's collect-data names them. */
export const releaseFileNames = {
  release: 'release.json',
  releasePlan: 'release_plan.json',
  releasePlanAdmission: 'release_plan_admission.json',
  releaseServiceConfig: 'release_service_config.json',
  snapshotSpec: 'snapshot_spec.json',
  data: 'data.json',
  /** Where tasks leave what update-cr-status tells. */
  resultsDir: 'results',
} as const;
