import * as z from 'zod';
import { Assignment, unneededCapabilities } from '#lib/image-build';
import {
  IMAGE_RESULTS,
  imageResults,
  LogLevel,
  registryFailures,
  TlsVerify,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { defineTask, Flag, ImageUrl, Platform, Text } from '#lib/tekton';
import {
  ACTIVATION_KEY,
  ADDITIONAL_SECRET,
  ENTITLEMENT,
  PROXY_CA,
  SHARED,
  SSH,
  STORAGE,
  WORKDIR,
} from './places.ts';

const assignments = z.array(Assignment).default([]);

const shared = { name: 'shared', mountPath: SHARED };
const workdir = { name: 'workdir', mountPath: WORKDIR };
const readOnly = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true });

/** Konflux' task of this name and version, name for name. */
export const task = defineTask({
  name: 'buildah-remote-oci-ta',
  version: '0.12.2',
  displayName: 'Build an image for one platform',
  categories: ['Image Build'],
  tags: ['buildah', 'multi-platform', 'hermetic', 'konflux'],
  description:
    'Builds the Containerfile in a trusted artifact for one platform, pushes the image and attaches its SBOM, on the host of the multi-platform controller or, where that is localhost, in its pod. The code of the build reaches no credential. What cannot be done is refused by its param.',
  labels: { 'build.appstudio.redhat.com/build_type': 'docker' },
  failures: {
    'the multi-platform controller has no host: …':
      'No host for this platform is free or known: ask those who run the cluster, or build for `localhost`.',
    '… needs …, which buildah … does not have': 'The param needs a later buildah in the step image.',
    '… leads out of the source': 'A path or link points outside of the checkout: use one inside.',
    'CONTEXTUALIZE_SBOM=true needs SBOM_TYPE=spdx': 'Set one of the two otherwise.',
    ...registryFailures,
  },
  params: {
    ACTIVATION_KEY: Text.default('activation-key').describe(
      'Secret with an activation key of Red Hat; one that is there is refused.',
    ),
    ADDITIONAL_BASE_IMAGES: z
      .array(Text)
      .default([])
      .describe('Further images that the SBOM names as those that it was built from.'),
    ADDITIONAL_SECRET: Text.default('does-not-exist').describe(
      'Secret whose keys a RUN line mounts as --mount=type=secret,id=<secret>/<key>.',
    ),
    ADD_CAPABILITIES: Text.default('').describe('Capabilities of RUN lines beside the usual, with commas.'),
    ALLOW_CROSS_PLATFORM_IMAGES: Flag.default(false).describe('Take images of another architecture, too.'),
    ANNOTATIONS: assignments.describe('NAME=value for each annotation; wins over ANNOTATIONS_FILE.'),
    ANNOTATIONS_FILE: Text.default('').describe(
      'File with annotations as NAME=value, relative to the source.',
    ),
    BUILDAH_FORMAT: z.enum(['oci', 'docker']).default('oci').describe('Format of the manifest.'),
    BUILD_ARGS: assignments.describe('NAME=value for each ARG; wins over BUILD_ARGS_FILE.'),
    BUILD_ARGS_FILE: Text.default('').describe(
      'File with build arguments as NAME=value, relative to the source.',
    ),
    BUILD_ARGS_FILES: z
      .array(Text)
      .default([])
      .describe('Several of them, of which the later win; the name that Konflux announced.'),
    BUILD_TIMESTAMP: z
      .string()
      .regex(/^\d*$/, 'expected seconds since 1970')
      .default('')
      .describe(
        'Seconds since 1970 for the labels created and build-date; by default the moment of the build.',
      ),
    CACHI2_ARTIFACT: Text.default('').describe('Trusted artifact with prefetched dependencies.'),
    COMMIT_SHA: Text.default('').describe('Commit that is built, for labels and annotations.'),
    CONTEXT: Text.default('.').describe('Directory to build in, relative to the source.'),
    CONTEXTUALIZE_SBOM: Flag.default(false).describe(
      'Tell packages of the base image apart in the SBOM; no effect with HERMETIC.',
    ),
    DOCKERFILE: Text.default('./Dockerfile').describe(
      'Containerfile, looked for in the context, then in the source.',
    ),
    ENTITLEMENT_SECRET: Text.default('etc-pki-entitlement').describe(
      'Secret with certificates of Red Hat, seen by RUN lines at /etc/pki/entitlement.',
    ),
    ENV_VARS: assignments.describe('NAME=value for each variable of the image.'),
    HERMETIC: Flag.default(false).describe('Build without a network; base images are pulled before.'),
    HTTP_PROXY: Text.default('').describe('Proxy for pulling images; RUN lines do not see it.'),
    ICM_KEEP_COMPAT_LOCATION: Flag.default(true).describe('Write labels.json to /root/buildinfo, too.'),
    IMAGE: ImageUrl.describe('Repository and tag that the image is pushed to.'),
    IMAGE_APPEND_PLATFORM: Flag.default(false).describe(
      'Append the platform to the tag, as in -linux-arm64.',
    ),
    IMAGE_EXPIRES_AFTER: Text.default('').describe('Becomes label quay.expires-after, such as 5d.'),
    INHERIT_BASE_IMAGE_LABELS: Flag.default(true).describe('Keep labels of the base image.'),
    LABELS: assignments.describe('NAME=value for each label; later ones win.'),
    LOG_LEVEL: LogLevel,
    NO_PROXY: Text.default('').describe('Hosts that HTTP_PROXY is not for.'),
    OMIT_HISTORY: Flag.default(false).describe('Leave the history out of the image.'),
    PLATFORM: Platform.describe("Platform to build for, by the controller's name for its host."),
    PREFETCH_ARTIFACT: Text.default('').describe(
      'CACHI2_ARTIFACT, by the name that Konflux announced for it.',
    ),
    PREFETCH_INPUT: Text.default('').describe('Without effect, as in Konflux.'),
    PRIVILEGED_NESTED: Flag.default(false).describe(
      'Build with all capabilities, for containers in RUN lines; it needs a host behind ssh.',
    ),
    PROXY_CA_TRUST_CONFIG_MAP_KEY: Text.default('ca-bundle.crt').describe(
      'Key of the ConfigMap of the proxy.',
    ),
    PROXY_CA_TRUST_CONFIG_MAP_NAME: Text.default('caching-ca-bundle').describe(
      'ConfigMap with the authority of a proxy; it need not be there.',
    ),
    REWRITE_TIMESTAMP: Flag.default(false).describe(
      'Give no file of the new layers a time after SOURCE_DATE_EPOCH, so that two builds can be equal.',
    ),
    RHSM_MOUNT_CA_CERTS: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .describe('Show /etc/rhsm/ca of the step image to RUN lines: where it is there, always, or never.'),
    SBOM_SKIP_VALIDATION: Flag.default(true).describe('Without effect: the SBOM is written here.'),
    SBOM_SOURCE_SCAN_ENABLED: Flag.default(true).describe('Without effect: the source is not scanned.'),
    SBOM_SYFT_SELECT_CATALOGERS: Text.default('').describe('Without effect: syft is not run.'),
    SBOM_TYPE: z.enum(['spdx', 'cyclonedx']).default('spdx').describe('Format of the SBOM.'),
    SKIP_INJECTIONS: Flag.default(false).describe('Write no labels.json into the image.'),
    SKIP_SBOM_GENERATION: Flag.default(false).describe('Make no SBOM.'),
    SKIP_UNUSED_STAGES: Flag.default(true).describe('Leave out stages that the target does not need.'),
    SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source.'),
    SOURCE_DATE_EPOCH: z
      .string()
      .regex(/^\d*$/, 'expected seconds since 1970')
      .default('')
      .describe('Seconds since 1970: created time of the image, and a build argument of this name.'),
    SOURCE_URL: Text.default('').describe('Repository of the source, for labels and annotations.'),
    SQUASH: Flag.default(false).describe('Squash all layers, those of the base image too, into one.'),
    STORAGE_DRIVER: z
      .enum(['overlay', 'vfs'])
      .default('overlay')
      .describe('Storage driver of buildah; vfs where overlay cannot be mounted.'),
    TARGET_STAGE: Text.default('').describe('Stage to build; by default the last one.'),
    TLSVERIFY: TlsVerify,
    WORKINGDIR_MOUNT: Text.default('').describe('Where RUN lines see the context, such as /run/src.'),
    YUM_REPOS_D_FETCHED: Text.default('fetched.repos.d').describe(
      'Directory of the source with fetched definitions of repositories.',
    ),
    YUM_REPOS_D_SRC: Text.default('repos.d').describe(
      'Directory of the source with definitions of repositories.',
    ),
    YUM_REPOS_D_TARGET: Text.default('/etc/yum.repos.d').describe('Where RUN lines see them.'),
    caTrustConfigMapKey: TrustedCaKey,
    caTrustConfigMapName: TrustedCaName,
  },
  results: {
    ...imageResults('image'),
    SBOM_BLOB_URL: Text.describe('The SBOM of the image as repository@digest; empty without one.'),
  },
  volumes: [
    { name: 'activation-key', secret: { secretName: '$(params.ACTIVATION_KEY)', optional: true } },
    { name: 'additional-secret', secret: { secretName: '$(params.ADDITIONAL_SECRET)', optional: true } },
    { name: 'etc-pki-entitlement', secret: { secretName: '$(params.ENTITLEMENT_SECRET)', optional: true } },
    {
      name: 'oidc-token',
      projected: {
        sources: [
          { serviceAccountToken: { audience: 'sigstore', expirationSeconds: 600, path: 'oidc-token' } },
        ],
      },
    },
    {
      name: 'proxy-ca-bundle',
      configMap: {
        name: '$(params.PROXY_CA_TRUST_CONFIG_MAP_NAME)',
        optional: true,
        items: [{ key: '$(params.PROXY_CA_TRUST_CONFIG_MAP_KEY)', path: 'ca-bundle.crt' }],
      },
    },
    { name: 'shared', emptyDir: {} },
    {
      name: 'ssh',
      secret: { secretName: 'multi-platform-ssh-$(context.taskRun.name)', optional: false },
    },
    trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey'),
    { name: 'varlibcontainers', emptyDir: {} },
    { name: 'workdir', emptyDir: {} },
  ],
  steps: ({ allBut, context }) => ({
    'use-trusted-artifact': {
      takes: ['CACHI2_ARTIFACT', 'PREFETCH_ARTIFACT', 'SOURCE_ARTIFACT'],
      cpu: '500m',
      memory: '512Mi',
      env: [trustedCaVariable],
      volumeMounts: [workdir, trustedCaMount],
    },
    build: {
      takes: allBut(
        'ACTIVATION_KEY',
        'CACHI2_ARTIFACT',
        'ENTITLEMENT_SECRET',
        'PREFETCH_ARTIFACT',
        'PROXY_CA_TRUST_CONFIG_MAP_KEY',
        'PROXY_CA_TRUST_CONFIG_MAP_NAME',
        'SBOM_SKIP_VALIDATION',
        'SOURCE_ARTIFACT',
        'caTrustConfigMapKey',
        'caTrustConfigMapName',
      ),
      writes: [...IMAGE_RESULTS],
      cpu: '1',
      memory: '4Gi',
      imageVariable: 'STEP_IMAGE',
      env: [{ name: 'TASKRUN_NAME', value: context.taskRun.name }, trustedCaVariable],
      volumeMounts: [
        shared,
        workdir,
        { name: 'varlibcontainers', mountPath: STORAGE },
        readOnly('etc-pki-entitlement', ENTITLEMENT),
        readOnly('activation-key', ACTIVATION_KEY),
        readOnly('additional-secret', ADDITIONAL_SECRET),
        trustedCaMount,
        readOnly('proxy-ca-bundle', PROXY_CA),
        readOnly('ssh', SSH),
      ],
      privileges: {
        why: 'it makes the user namespace that the build is separated by, and reads the source, which another step has left. buildah gives files to other users and sets their capabilities, so that it needs every id mapped: root, SETUID and SETGID (which runtimes give) and SETFCAP. No seccomp profile is asked for, because RuntimeDefault lets nobody make namespaces.',
        securityContext: {
          runAsUser: 0,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { add: ['SETFCAP'], drop: [...unneededCapabilities] },
        },
      },
    },
    'prepare-and-upload-sboms': {
      takes: [
        'ADDITIONAL_BASE_IMAGES',
        'CONTEXTUALIZE_SBOM',
        'HERMETIC',
        'LOG_LEVEL',
        'PLATFORM',
        'SBOM_SKIP_VALIDATION',
        'SBOM_TYPE',
        'SKIP_SBOM_GENERATION',
        'TLSVERIFY',
      ],
      writes: ['SBOM_BLOB_URL'],
      cpu: '100m',
      memory: '512Mi',
      env: [trustedCaVariable],
      volumeMounts: [shared, trustedCaMount, readOnly('oidc-token', '/var/run/sigstore/cosign')],
    },
  }),
});
