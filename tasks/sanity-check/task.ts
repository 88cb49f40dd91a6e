import * as z from 'zod';
import { registryFailures, TestOutput, TlsVerify } from '#lib/konflux';
import { checks, checksPage } from '#lib/sanity';
import { Digest, defineTask, Flag, ImageUrl, Platform, Text } from '#lib/tekton';

/** Runs right after the build, so that nothing slower ever sees an image that cannot boot. */
export const task = defineTask({
  name: 'sanity-check',
  version: '0.1.0',
  displayName: 'Sanity check of a bootc image',
  categories: ['Image Checks'],
  tags: ['bootc', 'checks', 'rpm', 'compose'],
  description:
    'Reads every platform of an image from its layers in the registry, without a container or emulation, and refuses one that could not boot, is not of its compose, or breaks a rule of `bootc container lint`. What could not be looked at is an error, never a pass.',
  documentation: checksPage(checks),
  failures: {
    'failed: …':
      'Each check that failed is in the table above, and below on this page with what mends it; `bootc-catalog check <image>` says the same anywhere.',
    ...registryFailures,
  },
  params: {
    IMAGE_URL: ImageUrl.describe(
      'Repository of the image; a tag in it is told and never asked, for the digest alone is judged.',
    ),
    IMAGE_DIGEST: Digest.describe('Digest of its manifest or index.'),
    PLATFORMS: z
      .array(Platform)
      .default([])
      .describe('Platforms that must be there; by default those that are.'),
    COMPOSE: Text.default('').describe(
      'URL of the compose that the packages must come from; empty to leave that check out.',
    ),
    COMPOSES: z
      .array(z.string())
      .default([])
      .describe(
        'Several composes in place of COMPOSE, as role=URL: each package must come from one of them, and the report says from which.',
      ),
    WAIVERS: z
      .array(
        z
          .string()
          .regex(
            /^[a-z0-9.-]+(?:@[a-z0-9_]+)?=(?!\s*;\s*until\s*=).*\S/s,
            'expected check[@architecture]=reason[;until=YYYY-MM-DD]',
          ),
      )
      .default([])
      .describe(
        'Checks to waive, as check=reason or check@architecture=reason; with ;until=YYYY-MM-DD at its end it holds to the end of that day (UTC), and fails from then on.',
      ),
    ON_FAILURE: z
      .enum(['fail', 'report'])
      .default('fail')
      .describe('fail: the task fails with the checks; report: it succeeds and TEST_OUTPUT alone tells.'),
    ATTACH_VERDICT: Flag.default(true).describe(
      'Attach the verdict to the digest, and that of each platform to its own: an in-toto statement (test-result v0.1) as an OCI referrer, which compose-gate and Conforma read. The account must be able to push there.',
    ),
    RUN: Text.default('').describe(
      'Id of the run, such as $(context.pipelineRun.uid): it stands in the verdict, and compose-gate takes no verdict of another run.',
    ),
    TLSVERIFY: TlsVerify,
  },
  results: {
    TEST_OUTPUT: TestOutput.describe('Verdict in the form that Conforma reads.'),
    VERDICT: z
      .enum(['PASSED', 'WARNED', 'FAILED', 'ERROR'])
      .describe('The same as one word, for the `when` of a task.'),
  },
  workspaces: {
    reports: { description: 'Where the whole report is written, as JSON.', optional: true },
  },
  steps: {
    check: { writes: ['TEST_OUTPUT', 'VERDICT'], cpu: '500m', memory: '1Gi', timeout: '30m' },
  },
});
