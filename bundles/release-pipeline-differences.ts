import type { MeantDifference } from './meant-differences.ts';

/** Pipeline tasks through which the files of a release go. */
const WITH_FILES = [
  'collect-data',
  'collect-task-params',
  'check-data-keys',
  'reduce-snapshot',
  'apply-mapping',
  'filter-already-released-images',
  'push-snapshot',
  'collect-registry-token-secret',
  'make-repo-public',
  'update-cr-status',
];

const CONFORMA = 'tasks.filter-already-released-images.results.skip_release';
const NOT_THERE = 'The release of a tenant gives none: empty means that it is not there.';
const NO_GIT = 'Tasks of ours come by digest, and none by git: the param is accepted, and means nothing.';
const TPA =
  'Konflux augments SBOMs for its own server of them (TPA), which no tenant has: the SBOM of a build is copied with its image.';

/** Differences of the release pipeline itself that are meant. */
export const releasePipelineDifferences: readonly MeantDifference[] = [
  ...['releasePlanAdmission', 'releaseServiceConfig', 'enterpriseContractPolicy'].map((param) => ({
    place: `param ${param}`,
    what: 'default is "", and not there upstream',
    why: NOT_THERE,
  })),
  {
    place: 'param taskGitUrl',
    what: 'default is "", and "https://github.com/konflux-ci/release-service-catalog.git" upstream',
    why: NO_GIT,
  },
  { place: 'param taskGitRevision', what: 'default is "", and not there upstream', why: NO_GIT },
  {
    place: 'param ociStorage',
    what: 'default is "", and "quay.io/konflux-ci/release-service-trusted-artifacts" upstream',
    why: 'No tenant may push there: empty means a workspace that is a claim, else the repository of the first component.',
  },
  {
    place: 'workspace release-workspace',
    what: 'is ours',
    why: 'The release service binds it where a ReleasePlan says so, as pipelines before trusted artifacts had it.',
  },
  {
    place: 'task sign-image-cosign-keyless',
    what: 'is not there',
    why: 'Signatures of the build are copied with the images and hold for the copies, whose digests are the same; a second signature by another identity is not made.',
  },
  { place: 'task collect-tpa-params', what: 'is not there', why: TPA },
  { place: 'task process-component-sbom', what: 'is not there', why: TPA },
  {
    place: 'task update-cr-status, runAfter',
    what: 'value is ["push-snapshot"], and ["push-snapshot","process-component-sbom"] upstream',
    why: TPA,
  },
  {
    place: 'task sanity-check',
    what: 'is ours',
    why: 'No image that could not boot is released: it stands before the first push.',
  },
  {
    place: 'task push-snapshot, runAfter',
    what: 'value is ["sanity-check"], and ["verify-conforma"] upstream',
    why: 'The sanity check waits for verify-conforma, and for check-data-keys.',
  },
  {
    place: 'task push-snapshot, param sourceDataArtifact',
    what: 'value is "$(tasks.sanity-check.results.sourceDataArtifact)", and "$(tasks.filter-already-released-images.results.sourceDataArtifact)" upstream',
    why: 'What the sanity check has found comes with the files, so that the Release says it.',
  },
  {
    place: 'task collect-task-params, param policy',
    what: 'is ours',
    why: 'It chooses the policy: of the param, else of the data, and ends the release where neither names one.',
  },
  {
    place: 'task verify-conforma, param POLICY_CONFIGURATION',
    what: 'value is "$(tasks.collect-task-params.results.policy)", and "$(params.enterpriseContractPolicy)" upstream',
    why: 'A tenant can name the policy in the data of its ReleasePlan, too.',
  },
  {
    place: 'task verify-conforma, when',
    what: `value is [{"input":"$(${CONFORMA})","operator":"in","values":["false"]},{"input":"$(tasks.collect-task-params.results.policy)","operator":"notin","values":["none"]}], and [{"input":"$(${CONFORMA})","operator":"in","values":["false"]}] upstream`,
    why: 'The word none, and nothing else, releases what nobody has verified.',
  },
  {
    place: 'task update-cr-status, param policy',
    what: 'is ours',
    why: 'The Release says which policy it was held to, or that nothing was verified.',
  },
  ...WITH_FILES.flatMap((task) => [
    {
      place: `task ${task}, workspace data`,
      what: 'is ours',
      why: 'The files of the release are in it where no registry is named for them.',
    },
    {
      place: `task ${task}, param orasOptions`,
      what: 'is ours',
      why: 'Upstream has the param and gives it to no task.',
    },
  ]),
];
