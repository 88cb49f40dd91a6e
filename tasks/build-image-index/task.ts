import * as z from 'zod';
import { IMAGE_RESULTS, imageResults, TlsVerify } from '#lib/konflux';
import { defineTask, Flag, ImageRef, ImageUrl, Platform, Text } from '#lib/tekton';

export const task = defineTask({
  name: 'build-image-index',
  version: '0.1.0',
  displayName: 'Join images into one index',
  description:
    'Joins the images of several platforms into one index and pushes it; refuses platforms that are missing, twice there, or of another format.',
  params: {
    IMAGE: ImageUrl.describe('Repository and tag that the index is pushed to.'),
    IMAGES: z
      .array(ImageRef)
      .min(1)
      .describe('Images to join, by digest; they stand in the repository of the index.'),
    PLATFORMS: z
      .array(Platform)
      .default([])
      .describe('Platforms that must be there, no more and no fewer; by default those of the images.'),
    ALWAYS_BUILD_INDEX: Flag.default(true).describe('Build an index even of one image.'),
    TLSVERIFY: TlsVerify,
  },
  results: {
    ...imageResults('index'),
    IMAGES: Text.describe('The images of the index as repository@digest, separated by commas.'),
    PLATFORMS: z.array(Text).describe('Platforms that there is an image for.'),
    NODE_PLATFORM: Text.describe(
      'Platform of the node that this ran on: a later task can tell whether the index has an image that it can run.',
    ),
  },
  steps: {
    build: {
      writes: [...IMAGE_RESULTS, 'IMAGES', 'PLATFORMS', 'NODE_PLATFORM'],
      cpu: '100m',
      memory: '256Mi',
      timeout: '10m',
    },
  },
});
