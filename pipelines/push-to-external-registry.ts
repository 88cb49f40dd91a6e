import { releaseParams } from '#lib/konflux';
import { definePipeline, equals, noneOf, oneOf, ref, Text, text } from '#lib/tekton';
import { task as verifyConforma } from '../externals/verify-conforma-konflux-ta.gen.ts';
import { task as applyMapping } from '../tasks/apply-mapping/task.ts';
import { task as checkDataKeys } from '../tasks/check-data-keys/task.ts';
import { task as collectData } from '../tasks/collect-data/task.ts';
import { task as collectRegistryTokenSecret } from '../tasks/collect-registry-token-secret/task.ts';
import { task as collectSigningParams } from '../tasks/collect-signing-params/task.ts';
import { task as collectTaskParams } from '../tasks/collect-task-params/task.ts';
import { task as filterAlreadyReleasedImages } from '../tasks/filter-already-released-images/task.ts';
import { task as makeRepoPublic } from '../tasks/make-repo-public/task.ts';
import { task as pushSnapshot } from '../tasks/push-snapshot/task.ts';
import { task as reduceSnapshot } from '../tasks/reduce-snapshot/task.ts';
import { task as sanityCheckSnapshot } from '../tasks/sanity-check-snapshot/task.ts';
import { task as updateCrStatus } from '../tasks/update-cr-status/task.ts';
import { task as verifyAccessToResources } from '../tasks/verify-access-to-resources/task.ts';

const WITHOUT_EFFECT = 'Without effect: accepted for the sake of those who pass it.';

/** Konflux' pipeline of this name, name for name; the release of a tenant gives it three params alone. */
export const pipeline = definePipeline({
  name: 'push-to-external-registry',
  version: '0.1.0',
  displayName: 'Release a Snapshot to registries',
  categories: ['Release'],
  tags: ['konflux', 'release', 'registry'],
  description:
    'Releases the images of a Snapshot: Konflux’ pipeline of this name, for tenants and for managed releases. No tag moves before policy and sanity check have passed and everything is there.',
  waives: {
    'latest-timeout': "It is upstream's; who needs more than an hour says so in the ReleasePlan.",
    'unused-param':
      'They choose versions of what ours come with by digest, or a key that upstream passes to no task.',
  },
  params: {
    ...releaseParams,
    enterpriseContractPolicy: Text.default('').describe(
      'EnterpriseContractPolicy as namespace/name, or its spec as JSON; empty: conforma.policy of the data. The word none there or here releases what nobody has verified.',
    ),
    enterpriseContractExtraRuleData: Text.default('pipeline_intention=release').describe(
      'Data for the rules of the policy, as key=value,key=value.',
    ),
    verify_ec_task_git_revision: Text.default('ignored').describe(WITHOUT_EFFECT),
    taskGitUrl: collectData.params.taskGitUrl,
    taskGitRevision: collectData.params.taskGitRevision,
    ociStorage: Text.default('').describe(
      'Repository that the files of the release travel by; empty: a workspace that is a claim, else the repository of the first component.',
    ),
    orasOptions: Text.default('').describe('Options of oras for the registry of these files.'),
    trustedArtifactsDebug: collectData.params.trustedArtifactsDebug,
    dataDir: collectData.params.dataDir,
    mobster_tasks_git_revision: Text.default('53ebdf3b46a10fc4b0e60b32171e8a7b4834ede6').describe(
      WITHOUT_EFFECT,
    ),
    conformaPubKey: Text.default('k8s://openshift-pipelines/public-key').describe(WITHOUT_EFFECT),
  },
  workspaces: {
    'release-workspace': {
      description: 'Holds the files of the release where it is a claim and ociStorage is empty.',
      optional: true,
    },
  },

  // Tasks and their names stand in upstream's order.
  body({ params, workspaces, context, run }) {
    const { release, releasePlan, releasePlanAdmission, releaseServiceConfig, snapshot } = params;
    const resources = { release, releasePlan, releasePlanAdmission, releaseServiceConfig, snapshot };
    const common = {
      ociStorage: params.ociStorage,
      orasOptions: params.orasOptions,
      dataDir: params.dataDir,
      trustedArtifactsDebug: params.trustedArtifactsDebug,
      taskGitUrl: params.taskGitUrl,
      taskGitRevision: params.taskGitRevision,
    };
    const shared = { workspaces: { data: workspaces['release-workspace'] } };

    const verified = run('verify-access-to-resources', verifyAccessToResources, {
      params: { ...resources, requireInternalServices: false },
    });
    const collected = run('collect-data', collectData, {
      ...shared,
      runAfter: [verified],
      params: { ...resources, subdirectory: context.pipelineRun.uid, ...common },
    });
    const { data: dataPath, snapshotSpec: snapshotPath, resultsDir: resultsDirPath } = collected.results;
    const files = { ...common, sourceDataArtifact: collected.results.sourceDataArtifact };
    const taskParams = run('collect-task-params', collectTaskParams, {
      ...shared,
      runAfter: [collected],
      params: {
        dataPath,
        keysToExtract: [
          { resultIndex: 0, key: '.conforma.workerCount', default: '4' },
          { resultIndex: 1, key: '.sign.cosignSecretName', default: 'secret-not-present' },
        ],
        policy: params.enterpriseContractPolicy,
        ...files,
      },
    });
    const { policy } = taskParams.results;
    const checked = run('check-data-keys', checkDataKeys, {
      ...shared,
      runAfter: [collected],
      params: { dataPath, systems: ['[{"systemName": "mapping", "dynamic": false}]'], ...files },
    });
    const signing = run('collect-signing-params', collectSigningParams, { runAfter: [collected] });
    const reduced = run('reduce-snapshot', reduceSnapshot, {
      ...shared,
      runAfter: [collected],
      params: {
        SNAPSHOT: text`${params.dataDir}/${snapshotPath}`,
        SINGLE_COMPONENT: ref<boolean>(collected.results.singleComponentMode.expression),
        SINGLE_COMPONENT_CUSTOM_RESOURCE: text`snapshot/${collected.results.snapshotName}`,
        SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: collected.results.snapshotNamespace,
        SNAPSHOT_PATH: text`${params.dataDir}/${snapshotPath}`,
        ...files,
      },
    });
    const mapped = run('apply-mapping', applyMapping, {
      ...shared,
      runAfter: [reduced],
      retries: 3,
      params: {
        failOnEmptyResult: true,
        dataPath,
        snapshotPath,
        ...common,
        sourceDataArtifact: reduced.results.sourceDataArtifact,
      },
    });
    const filtered = run('filter-already-released-images', filterAlreadyReleasedImages, {
      ...shared,
      runAfter: [mapped],
      params: { snapshotPath, ...common, sourceDataArtifact: mapped.results.sourceDataArtifact },
    });
    const isLeft = equals(filtered.results.skip_release, false);
    const isPushed = [oneOf(mapped.results.mapped, ['true']), isLeft];

    const conforma = run('verify-conforma', verifyConforma, {
      runAfter: [filtered, taskParams, signing],
      timeout: '4h00m0s',
      when: [isLeft, noneOf(policy, ['none'])],
      params: {
        SNAPSHOT_FILENAME: snapshotPath,
        SSL_CERT_DIR: '/var/run/secrets/kubernetes.io/serviceaccount',
        POLICY_CONFIGURATION: policy,
        STRICT: 'true',
        IGNORE_REKOR: 'true',
        EXTRA_RULE_DATA: params.enterpriseContractExtraRuleData,
        WORKERS: ref<string>('$(tasks.collect-task-params.results.extractedValues[0])'),
        SOURCE_DATA_ARTIFACT: filtered.results.sourceDataArtifact,
        TRUSTED_ARTIFACTS_DEBUG: params.trustedArtifactsDebug,
        CERTIFICATE_IDENTITY: signing.results.tektonChainsIdentity,
        CERTIFICATE_OIDC_ISSUER: signing.results.defaultOIDCIssuer,
        TUF_MIRROR: signing.results.tufUrl,
        REKOR_HOST: signing.results.rekorUrl,
      },
    });
    // What is wrong with the data must be known before the first push, whatever pod starts late.
    const sane = run('sanity-check', sanityCheckSnapshot, {
      ...shared,
      runAfter: [conforma, checked],
      when: isPushed,
      params: {
        snapshotPath,
        dataPath,
        resultsDirPath,
        ...common,
        sourceDataArtifact: filtered.results.sourceDataArtifact,
      },
    });
    const pushed = run('push-snapshot', pushSnapshot, {
      ...shared,
      runAfter: [sane],
      retries: 5,
      when: isPushed,
      params: {
        snapshotPath,
        dataPath,
        resultsDirPath,
        ...common,
        sourceDataArtifact: sane.results.sourceDataArtifact,
      },
    });
    const secret = run('collect-registry-token-secret', collectRegistryTokenSecret, {
      ...shared,
      runAfter: [collected],
      params: { dataPath, ...files },
    });
    const { registrySecret } = secret.results;
    run('make-repo-public', makeRepoPublic, {
      ...shared,
      runAfter: [secret, pushed],
      retries: 5,
      when: [noneOf(registrySecret, [''])],
      params: {
        dataPath,
        snapshotPath,
        registrySecret,
        ...common,
        sourceDataArtifact: pushed.results.sourceDataArtifact,
      },
    });
    run('update-cr-status', updateCrStatus, {
      ...shared,
      runAfter: [pushed],
      params: {
        resource: release,
        resultsDirPath,
        resultArtifacts: [text`${pushed.results.sourceDataArtifact}=${params.dataDir}`],
        policy,
        ...common,
      },
    });
    return {};
  },
});
