import {
  LogLevel,
  registryFailures,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { Digest, defineTask, ImageUrl, Text } from '#lib/tekton';

const SOURCE = '/var/workdir/source';
const own = {
  reads: { source: SOURCE },
  cpu: '100m',
  memory: '256Mi',
  volumeMounts: [trustedCaMount, { name: 'workdir', mountPath: '/var/workdir' }],
  env: [trustedCaVariable],
} as const;

/** Konflux' task of this name and version, name for name. */
export const task = defineTask({
  name: 'push-dockerfile-oci-ta',
  version: '0.3.1',
  displayName: 'Push the Containerfile',
  categories: ['Image Build'],
  tags: ['containerfile', 'konflux'],
  labels: { 'build.appstudio.redhat.com/build_type': 'docker' },
  description:
    'Pushes the Containerfile that an image was built from into its repository, as an artifact with a tag that is made of the digest of the image.',
  failures: {
    'the Containerfile has … bytes, more than …': 'It is too large to be attached.',
    ...registryFailures,
  },
  params: {
    ARTIFACT_TYPE: Text.default('application/vnd.konflux.dockerfile').describe(
      'Type of the artifact, a media type.',
    ),
    CA_TRUST_CONFIG_MAP_KEY: TrustedCaKey,
    CA_TRUST_CONFIG_MAP_NAME: TrustedCaName,
    CONTEXT: Text.default('.').describe('Directory of the source that the image was built from.'),
    DOCKERFILE: Text.default('./Dockerfile').describe(
      'Path of the Containerfile in the context, or else in the source.',
    ),
    IMAGE: ImageUrl.describe('The image; the artifact goes into its repository.'),
    IMAGE_DIGEST: Digest.describe('Digest of the image.'),
    LOG_LEVEL: LogLevel,
    SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source.'),
    TAG_SUFFIX: Text.default('.dockerfile').describe("What follows the image's digest in the tag."),
  },
  results: { IMAGE_REF: Text.describe('The artifact, as repository@digest.') },
  volumes: [
    trustedCaVolume('CA_TRUST_CONFIG_MAP_NAME', 'CA_TRUST_CONFIG_MAP_KEY'),
    { name: 'workdir', emptyDir: {} },
  ],
  steps: {
    'use-trusted-artifact': { ...own, timeout: '1h' },
    push: { ...own, writes: ['IMAGE_REF'], workingDir: '/var/workdir', timeout: '10m' },
  },
});
