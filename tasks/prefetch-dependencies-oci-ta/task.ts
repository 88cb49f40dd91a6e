import * as z from 'zod';
import {
  LogLevel,
  registryFailures,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { defineTask, Flag, Text, text } from '#lib/tekton';
import { ACTIVATION_KEY, CACHI2, CONFIG, SERVICE_CA, SOURCE } from './places.ts';

/** hermeto 0.55.0, the newest of its images whose digest is public. */
const HERMETO =
  'quay.io/konflux-ci/hermeto:0.55.0@sha256:27936b01262824104cce87d433ffcb622bf906bc833033b6b05c62257f3c3232';

const workdir = { name: 'workdir', mountPath: '/var/workdir' } as const;
const config = { name: 'config', mountPath: CONFIG } as const;
const activationKey = { name: 'activation-key', mountPath: ACTIVATION_KEY, readOnly: true } as const;
const serviceCa = { name: 'service-ca', mountPath: SERVICE_CA, readOnly: true } as const;

/** Konflux' task of this name and version, name for name, with one step more: prefetch-rpms. */
export const task = defineTask({
  name: 'prefetch-dependencies-oci-ta',
  version: '0.10.3',
  displayName: 'Prefetch dependencies',
  categories: ['Image Build'],
  tags: ['hermetic', 'rpm', 'konflux'],
  description:
    'Fetches what a build without network needs, and stores it as a trusted artifact beside the source. RPMs of a rpms.lock.yaml are fetched by the step prefetch-rpms, verified, in the form that hermeto gives them; all else by hermeto in its own image.',
  documentation: `## Which step fetches what

\`prefetch-rpms\` fetches an input that asks for RPMs alone, and \`prefetch-dependencies\` is skipped then. hermeto fetches all of
an input, its RPMs too, where that names another package manager or \`options.ssl\`, or where the secret ACTIVATION_KEY is there;
locks are checked before by \`prefetch-rpms\` as if it fetched them: architectures, and in mode \`strict\` checksums.

\`prefetch-dependencies\` runs \`konflux-build-cli prefetch-dependencies\` of hermeto's image.
A pod pulls the images of all its steps, also of those that are skipped: a machine without a network runs the task with
\`--image-map <that image>=rootfs:/\` where RPMs are all that is asked for.`,
  failures: {
    'cannot prefetch what the lock says:…':
      'Make the lock anew; mode `permissive` takes packages without a checksum.',
    'cannot fetch … of … files:…':
      'Packages have left their repository, or it is down: try again, or make the lock anew.',
    'cannot prefetch …: the source has no …': 'Commit rpms.lock.yaml, or let prepare-build-context make it.',
    ...registryFailures,
  },
  params: {
    ACTIVATION_KEY: Text.default('activation-key').describe(
      'Secret with org and activationkey of a registration with Red Hat; it need not be there.',
    ),
    SERVICE_CA_TRUST_CONFIG_MAP_KEY: Text.default('service-ca.crt').describe(
      'Key of the ConfigMap that holds the authority of services of the cluster.',
    ),
    SERVICE_CA_TRUST_CONFIG_MAP_NAME: Text.default('openshift-service-ca.crt').describe(
      'ConfigMap with the authority of services of the cluster; it need not be there.',
    ),
    SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source.'),
    caTrustConfigMapKey: TrustedCaKey,
    caTrustConfigMapName: TrustedCaName,
    'config-file-content': Text.default('').describe('Configuration of hermeto, the YAML itself.'),
    'enable-package-registry-proxy': Flag.default(true).describe(
      'Use the proxy of the cluster for package registries, where the cluster has one; hermeto does.',
    ),
    input: Text.describe(
      'What to prefetch: the name of a package manager, or JSON as hermeto takes it; nothing is done where it is empty.',
    ),
    'log-level': LogLevel.default('debug').describe('What hermeto logs.'),
    mode: z
      .enum(['strict', 'permissive'])
      .default('strict')
      .describe('strict refuses what cannot be verified, permissive tells it.'),
    ociArtifactExpiresAfter: Text.default('').describe(
      'When the registry may delete the artifacts, such as 5d; empty for never.',
    ),
    ociStorage: Text.describe('Repository, with or without a tag, that the artifacts are stored in.'),
    'pip-index-url': Text.default('').describe(
      'Index of Python packages, where a requirements file names none.',
    ),
    'sbom-type': z.enum(['spdx', 'cyclonedx']).default('spdx').describe('Format of the SBOM.'),
  },
  results: {
    CACHI2_ARTIFACT: Text.describe('Trusted artifact with what was prefetched; empty for none.'),
    PREFETCH_ARTIFACT: Text.describe('The same, under the name that later versions of the task have for it.'),
    SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source, as the prefetch has left it.'),
  },
  workspaces: {
    'git-basic-auth': {
      description: 'Holds .gitconfig and .git-credentials, or username and password.',
      optional: true,
    },
    netrc: { description: 'Holds .netrc, with who asks which host.', optional: true },
  },
  volumes: [
    {
      name: 'activation-key',
      secret: { secretName: '$(params.ACTIVATION_KEY)', optional: true },
    },
    { name: 'config', emptyDir: {} },
    {
      name: 'service-ca',
      configMap: {
        name: '$(params.SERVICE_CA_TRUST_CONFIG_MAP_NAME)',
        optional: true,
        items: [{ key: '$(params.SERVICE_CA_TRUST_CONFIG_MAP_KEY)', path: 'ca-bundle.crt' }],
      },
    },
    trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey'),
    { name: 'workdir', emptyDir: {} },
  ],
  stepTemplate: { imagePullPolicy: 'IfNotPresent', volumeMounts: [workdir] },
  steps: ({ params, workspaces, step }) => {
    const isAsked = { input: params.input, operator: 'notin', values: [''] } as const;
    const ca = { volumeMounts: [trustedCaMount], env: [trustedCaVariable] } as const;
    const prefetchRpms = {
      cpu: '250m',
      memory: '1Gi',
      timeout: '1h',
      when: [isAsked],
      results: {
        hermeto: Text.describe('Whether hermeto has to fetch: true or false.'),
        'rhsm-org': Text.describe('File with the organization that is registered; empty without one.'),
        'rhsm-activation-key': Text.describe('File with its activation key; empty without one.'),
      },
      volumeMounts: [trustedCaMount, config, activationKey, serviceCa],
      reads: {
        source: SOURCE,
        cachi2: CACHI2,
        config: CONFIG,
        'activation-key': ACTIVATION_KEY,
        'service-ca': SERVICE_CA,
      },
      env: [trustedCaVariable],
    } as const;
    const earlier = step({ 'prefetch-rpms': prefetchRpms });
    const bundle = `${CONFIG}/ca-bundle.crt`;
    return {
      'skip-ta': {
        writes: ['CACHI2_ARTIFACT', 'PREFETCH_ARTIFACT', 'SOURCE_ARTIFACT'],
        cpu: '50m',
        memory: '64Mi',
        timeout: '5m',
        when: [{ input: params.input, operator: 'in', values: [''] }],
      },
      'use-trusted-artifact': {
        reads: { source: SOURCE },
        cpu: '250m',
        memory: '512Mi',
        timeout: '1h',
        when: [isAsked],
        ...ca,
      },
      'prefetch-rpms': prefetchRpms,
      'prefetch-dependencies': {
        image: HERMETO,
        command: ['konflux-build-cli', 'prefetch-dependencies'],
        timeout: '2h',
        when: [isAsked, { input: earlier.result('hermeto'), operator: 'in', values: ['true'] }],
        env: [
          { name: 'HOME', value: `${CONFIG}/home` },
          { name: 'KBC_LOG_LEVEL', value: text`${params['log-level']}` },
          { name: 'KBC_PD_INPUT', value: text`${params.input}` },
          { name: 'KBC_PD_SOURCE_DIR', value: SOURCE },
          { name: 'KBC_PD_OUTPUT_DIR', value: `${CACHI2}/output` },
          { name: 'KBC_PD_OUTPUT_DIR_MOUNT_POINT', value: '/cachi2/output' },
          {
            name: 'KBC_PD_ENV_FILES',
            value: `${CACHI2}/cachi2.env ${CACHI2}/prefetch.env ${CACHI2}/prefetch-env.json`,
          },
          { name: 'KBC_PD_CONFIG_FILE', value: `${CONFIG}/config.yaml` },
          { name: 'KBC_PD_SBOM_FORMAT', value: text`${params['sbom-type']}` },
          { name: 'KBC_PD_MODE', value: text`${params.mode}` },
          {
            name: 'KBC_PD_ENABLE_PACKAGE_REGISTRY_PROXY',
            value: '$(params.enable-package-registry-proxy)',
          },
          { name: 'KBC_PD_GIT_AUTH_DIRECTORY', value: workspaces['git-basic-auth'].path },
          { name: 'KBC_PD_RHSM_ORG', value: earlier.result('rhsm-org') },
          { name: 'KBC_PD_RHSM_ACTIVATION_KEY', value: earlier.result('rhsm-activation-key') },
          { name: 'PIP_INDEX_URL', value: text`${params['pip-index-url']}` },
          { name: 'SSL_CERT_FILE', value: bundle },
          { name: 'REQUESTS_CA_BUNDLE', value: bundle },
          { name: 'CURL_CA_BUNDLE', value: bundle },
          { name: 'GIT_SSL_CAINFO', value: bundle },
          { name: 'NODE_EXTRA_CA_CERTS', value: bundle },
          // The source is of the user of another step.
          { name: 'GIT_CONFIG_COUNT', value: '1' },
          { name: 'GIT_CONFIG_KEY_0', value: 'safe.directory' },
          { name: 'GIT_CONFIG_VALUE_0', value: '*' },
        ],
        computeResources: {
          requests: { cpu: '1', memory: '3Gi' },
          limits: { cpu: '1', memory: '3Gi' },
        },
        volumeMounts: [config, activationKey],
        privileges: {
          why: "hermeto's image runs as root, writes into the source that another user has unpacked, and registers with Red Hat where a key is given.",
          securityContext: {
            allowPrivilegeEscalation: false,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        },
      },
      'create-trusted-artifact': {
        writes: ['CACHI2_ARTIFACT', 'PREFETCH_ARTIFACT', 'SOURCE_ARTIFACT'],
        reads: { source: SOURCE, cachi2: CACHI2 },
        cpu: '1',
        memory: '1Gi',
        timeout: '1h',
        when: [isAsked],
        ...ca,
      },
    };
  },
});
