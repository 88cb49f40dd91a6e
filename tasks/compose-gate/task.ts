import * as z from 'zod';
import { TestOutput, TlsVerify } from '#lib/konflux';
import { Digest, defineTask, Text } from '#lib/tekton';

const NAME = '[a-z0-9][a-z0-9-]{0,62}';
const name = z.string().regex(new RegExp(`^${NAME}$`), 'expected the name of an image');
const place = z.string().regex(new RegExp(`^${NAME}=[^@\\s]+$`), 'expected name=repository[:tag]');

/** One place that decides what of a compose is promoted: it trusts nothing but what stands in the registry. */
export const task = defineTask({
  name: 'compose-gate',
  version: '0.1.0',
  displayName: 'Decide what of a compose is promoted',
  description:
    'Looks in the registry, for every image that was asked for, whether there is an index of this run, whether every test has a passing verdict of this run for its very digest, whether it has every required platform, and whether the tag that it would replace would lose an architecture. It prints a table of images and platforms, gives the images to push and their digests, and fails where a required image is not fit.',
  documentation: `## What it decides

| what it finds | the image | the compose |
| --- | --- | --- |
| an index of this run, a passing verdict of each test for it and for each of its platforms, every required platform | is promoted | |
| the same, but a failable platform is missing, and no tag in production has it | is promoted without it | incomplete |
| … and a tag in production has it, which no ALLOW_DROP takes away | is held back | incomplete |
| a failable platform is in the index, and it alone failed a test | is held back: its digest has no passing verdict | incomplete |
| no index, one of another run, no verdict, one that is not passing, a required platform missing, a registry that cannot be asked | has failed | incomplete where the image is failable; else the task fails, and nothing is promoted |

A verdict is an in-toto statement (test-result v0.1) that is attached to a digest, as sanity-check attaches it. PASSED and WARNED
pass, where no failure is counted; one of another run, of another digest or with another result does not count, and where several
of this run are there, all of them must pass. Incomplete is what pungi calls FINISHED_INCOMPLETE: the task succeeds, and INCOMPLETE
says what is missing.

A run that goes on from an earlier one (\`bootc-catalog run --from\`) is another run: let it start at the indexes, for those of the
earlier run, and their verdicts, do not count.

Verdicts are as trustworthy as the accounts that may push to the repository of the images: nothing here verifies a signature.
The code of a build has no such account (see buildah-bootc).`,
  params: {
    IMAGES: z
      .array(place)
      .min(1)
      .describe('name=repository:tag of the index of each image that the pipeline can build.'),
    SELECTED: z
      .array(name)
      .min(1)
      .describe('Names of the images that were asked for; the others are left alone.'),
    BASES: z
      .array(place)
      .default([])
      .describe('name=name for an image that is built on another: where that one failed, it is why.'),
    TESTS: z
      .array(name)
      .min(1)
      .default(['sanity-check'])
      .describe('Tests that must have a passing verdict for the digest.'),
    NODE_TESTS: z
      .array(name)
      .default([])
      .describe(
        'Tests that run the image itself, such as bootc-lint: they must have one where the index has an image for the node that made it.',
      ),
    FAILABLE: z
      .array(z.string())
      .default([])
      .describe('What may fail: image, image@architecture or *@architecture, such as *@s390x.'),
    PRODUCTION: z
      .array(z.string().regex(new RegExp(`^${NAME}=[^@\\s]*$`), 'expected name=repository'))
      .default([])
      .describe('name=repository that each image is promoted to; needed for those that were asked for.'),
    PRODUCTION_TAGS: z.array(z.string()).default([]).describe('Tags there that would move.'),
    ALLOW_DROP: z
      .array(z.string())
      .default([])
      .describe(
        'Architectures that a tag in production may lose, as image@architecture=reason;until=YYYY-MM-DD: to the end of that day (UTC).',
      ),
    RUN: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,253}$/, 'expected the id of a run')
      .describe('Id of this run, as build-image-index and the tests got it: $(context.pipelineRun.uid).'),
    TLSVERIFY: TlsVerify,
  },
  results: {
    PROMOTE: z.array(Text).describe('Names of the images to push, for the `when` of each push.'),
    DIGESTS: z
      .array(Digest)
      .describe(
        'The digest to push for each of IMAGES, in that order; of zeros, which nothing has, for one that is not promoted.',
      ),
    INCOMPLETE: z.array(Text).describe('What is missing or held back: image, or image@architecture.'),
    TEST_OUTPUT: TestOutput.describe('Verdict in the form that Conforma reads.'),
  },
  workspaces: {
    reports: { description: 'Where the table is written, as JSON.', optional: true },
  },
  steps: {
    gate: {
      writes: ['PROMOTE', 'DIGESTS', 'INCOMPLETE', 'TEST_OUTPUT'],
      cpu: '100m',
      memory: '256Mi',
      timeout: '10m',
    },
  },
});
