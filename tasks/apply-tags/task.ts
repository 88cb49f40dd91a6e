import * as z from 'zod';
import {
  LogLevel,
  registryFailures,
  TlsVerify,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { Digest, defineTask, ImageUrl, Text } from '#lib/tekton';

export const task = defineTask({
  name: 'apply-tags',
  version: '0.3.2',
  displayName: 'Apply additional tags',
  categories: ['Image Build'],
  tags: ['image', 'tags', 'registry'],
  description: 'Gives an image further tags: those asked for, and those that a label of the image names.',
  failures: {
    ...registryFailures,
  },
  params: {
    IMAGE_URL: ImageUrl.describe('Repository and tag of the image.'),
    IMAGE_DIGEST: Digest.describe('Digest of its manifest or index.'),
    ADDITIONAL_TAGS: z.array(z.string()).default([]).describe('Tags to add.'),
    ADDITIONAL_TAGS_FROM_LABEL: Text.default('konflux.additional-tags').describe(
      'Label that holds further tags, separated by commas or spaces; of an index, the label of its first image.',
    ),
    CA_TRUST_CONFIG_MAP_NAME: TrustedCaName,
    CA_TRUST_CONFIG_MAP_KEY: TrustedCaKey,
    LOG_LEVEL: LogLevel,
    TLSVERIFY: TlsVerify,
  },
  results: {},
  volumes: [trustedCaVolume('CA_TRUST_CONFIG_MAP_NAME', 'CA_TRUST_CONFIG_MAP_KEY')],
  steps: {
    'apply-additional-tags': {
      cpu: '100m',
      memory: '256Mi',
      timeout: '10m',
      volumeMounts: [trustedCaMount],
      env: [trustedCaVariable],
    },
  },
});
