import * as z from 'zod';
import { registryFailures, TlsVerify } from '#lib/konflux';
import { Digest, defineTask, ImageUrl, json, Text } from '#lib/tekton';

/** A tag by the distribution spec's grammar. */
const tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'expected a tag');

export const task = defineTask({
  name: 'push-to-external-registry',
  version: '0.1.0',
  displayName: 'Promote an image to another repository',
  categories: ['Release'],
  tags: ['release', 'registry', 'image'],
  description:
    'Copies an image or index by digest to another repository with all that it names, keeps its digest, reads it back, and only then moves tags: new ones first, existing ones last. What is there already is left alone.',
  failures: {
    ...registryFailures,
  },
  params: {
    IMAGE_URL: ImageUrl.describe('Repository and tag of the image.'),
    IMAGE_DIGEST: Digest.describe(
      'Digest of its manifest or index: what is copied, whatever the tag says by now.',
    ),
    REPOSITORY: ImageUrl.describe('Repository to copy to, without a tag.'),
    TAGS: z
      .array(tag)
      .min(1)
      .describe('Tags to set: those that are new first, and those that exist when all new ones are there.'),
    TAG_SUFFIX: z
      .string()
      .regex(/^[A-Za-z0-9._-]*$/)
      .default('')
      .describe('Appended to each tag, such as -minimal.'),
    TLSVERIFY: TlsVerify,
  },
  results: {
    PUSHED: json(
      z.object({ digest: z.string(), tags: z.array(z.string()), copied: z.int(), skipped: z.int() }),
    ).describe(
      'JSON: digest, the tags that were set, how many manifests and blobs were copied and how many were there.',
    ),
    TARGET: Text.describe('The promoted image, as repository@digest.'),
  },
  steps: { push: { writes: ['PUSHED', 'TARGET'], cpu: '250m', memory: '256Mi', timeout: '1h' } },
});
