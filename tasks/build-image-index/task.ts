import * as z from 'zod';
import {
  IMAGE_RESULTS,
  imageResults,
  registryFailures,
  TlsVerify,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { defineTask, Flag, ImageRef, ImageUrl, Platform, Text } from '#lib/tekton';
import { INDEX_DATA } from './index-data.ts';

const data = { name: 'shared-dir', mountPath: INDEX_DATA } as const;

/** `repository[:tag]@sha256:…=os/architecture[/variant]` */
const imagePlatform = z
  .string()
  .regex(/^[^@\s]+@sha256:[0-9a-f]{64}=[^=\s]+$/, 'expected repository@sha256:…=os/architecture');

export const task = defineTask({
  name: 'build-image-index',
  version: '0.3.2',
  displayName: 'Join images into one index',
  categories: ['Image Build'],
  tags: ['image', 'index', 'multi-platform', 'sbom'],
  description:
    'Joins the images of several platforms into one index and pushes it with its SBOM; refuses platforms that are missing, twice there, or of another format.',
  failures: {
    'the images do not fit the platforms: …':
      'The build of a platform is missing, or was made twice: compare `IMAGES` with `PLATFORMS`.',
    'two of the images are for …': 'Two builds have pushed for one platform: build each once.',
    'the images are of the format …, and the index is to be …':
      'Let `BUILDAH_FORMAT` be what the builds have.',
    ...registryFailures,
  },
  params: {
    IMAGE: ImageUrl.describe('Repository and tag that the index is pushed to.'),
    IMAGES: z
      .array(ImageRef)
      .min(1)
      .describe('Images to join, by digest; those of another repository are copied into that of the index.'),
    IMAGES_PLATFORMS: z
      .array(imagePlatform)
      .default([])
      .describe(
        'image=os/architecture for images that do not say it themselves, such as artifacts; each is one of IMAGES.',
      ),
    PLATFORMS: z
      .array(Platform)
      .default([])
      .describe('Platforms that must be there, no more and no fewer; by default those of the images.'),
    NAME: Text.default('').describe('Name of the image, as FAILABLE names it.'),
    FAILABLE: z
      .array(z.string())
      .default([])
      .describe(
        'Platforms that may be missing: *@architecture, or NAME@architecture; an entry that is NAME alone lets all of them. What is missing is told by MISSING_PLATFORMS and by an annotation of the index.',
      ),
    RUN: Text.default('').describe(
      'Id of the run, such as $(context.pipelineRun.uid): an annotation of the index, with the platforms that were asked for and that of the node; compose-gate takes no index of another run.',
    ),
    ALWAYS_BUILD_INDEX: Flag.default(true).describe(
      'Build an index even of one image. With false there may be one image alone: the results name it, and no tag moves.',
    ),
    BUILDAH_FORMAT: z
      .enum(['oci', 'docker'])
      .default('oci')
      .describe('Format of the index, which is that of its images: any other is refused.'),
    STORAGE_DRIVER: Text.default('vfs').describe('Without effect: no image is stored here.'),
    SBOM_SKIP_VALIDATION: Flag.default(false).describe(
      'Without effect: the SBOM is of what this task has written itself.',
    ),
    caTrustConfigMapName: TrustedCaName,
    caTrustConfigMapKey: TrustedCaKey,
    TLSVERIFY: TlsVerify,
  },
  results: {
    ...imageResults('index'),
    IMAGE_REF: ImageRef.describe('The index as repository@digest.'),
    IMAGES: Text.describe('The images of the index as repository@digest, separated by commas.'),
    PLATFORMS: z.array(Text).describe('Platforms that there is an image for.'),
    MISSING_PLATFORMS: z.array(Text).describe('Platforms that were asked for, may be missing, and are.'),
    NODE_PLATFORM: Text.describe(
      'Platform of the node that this ran on: a later task can tell whether the index has an image that it can run.',
    ),
    SBOM_BLOB_URL: Text.describe(
      'The SBOM of the index as repository@digest; empty where no index was built.',
    ),
  },
  volumes: [
    { name: 'shared-dir', emptyDir: {} },
    trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey'),
  ],
  steps: ({ context }) => ({
    build: {
      writes: [...IMAGE_RESULTS, 'IMAGES', 'PLATFORMS', 'MISSING_PLATFORMS', 'NODE_PLATFORM'],
      cpu: '100m',
      memory: '256Mi',
      timeout: '10m',
      env: [
        { name: 'TASKRUN_NAME', value: context.taskRun.name },
        { name: 'INDEX_DATA', value: INDEX_DATA },
        trustedCaVariable,
      ],
      volumeMounts: [data, trustedCaMount],
    },
    'create-and-push-sbom': {
      writes: ['SBOM_BLOB_URL'],
      cpu: '100m',
      memory: '256Mi',
      timeout: '10m',
      env: [trustedCaVariable],
      volumeMounts: [data, trustedCaMount],
      reads: { index: INDEX_DATA },
    },
  }),
});
