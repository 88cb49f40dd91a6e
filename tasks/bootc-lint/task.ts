import * as z from 'zod';
import { registryFailures, TestOutput } from '#lib/konflux';
import { Digest, defineTask, ImageUrl, text } from '#lib/tekton';

/** What `lint` leaves for `report`: a volume that nothing else mounts. */
const LEFT = '/lint';

export const task = defineTask({
  name: 'bootc-lint',
  version: '0.1.0',
  displayName: "An image's own bootc lints it",
  categories: ['Image Checks'],
  tags: ['bootc', 'lint', 'checks'],
  description:
    'Runs `bootc container lint` of an image in the image itself, as its own user without capabilities, and makes a verdict of what it says. It is the word of the image: it can fail a run, and stands for no other check. Redirects the output of a step (stdoutConfig, stderrConfig), which is an alpha feature of Tekton.',
  documentation: `## Whose program runs, and what it can reach

The step \`lint\` runs a program of the image that is judged. Whoever could change the image chose it, so it is given nothing:
no capability, no escalation, a root that cannot be written, no workspace. What it prints, the step \`report\` reads from a volume
as a stranger's text: regular files only, through no link, up to a size. \`report\` writes the result last, over whatever \`lint\`
has put there. A good verdict says no more than that the image has said so; sanity-check, which runs nothing of the image, is the gate.

Two things a Task cannot refuse for its pods, and the PipelineRun can: the token of the ServiceAccount, and the credentials of
its Secrets, which Tekton copies into the home of every step. So run this task under an account that has neither rights in the
cluster nor a Secret to push with, and without its token:

\`\`\`yaml
taskRunSpecs:
  - pipelineTaskName: bootc-lint
    serviceAccountName: bootc-lint # no Secrets, no roles
    podTemplate:
      automountServiceAccountToken: false
      imagePullSecrets: [{ name: pull }] # the kubelet's alone: not in the pod
\`\`\`

\`pipelines/examples/bootc-compose.yaml\` is a whole run with that. A NetworkPolicy for its pods is worth having, too.
The token does harm besides: it is mounted below \`/var/run\`, and where an image has no \`/var/run\` that makes a directory of it,
which is the failed lint \`var-run\`.

## When it fails

A failed lint fails the task, a warning does not, unless LINT_ARGS has \`--fatal-warnings\`. A bootc that did not get to its end
is an error whatever ON_FAILURE says: one that crashed, was killed, has no \`container lint\`, may not read a directory as a user
without capabilities, or said what no version of bootc says. An image without \`bootc\`, or with one of another architecture,
fails in the step \`lint\` already, which then says so in its log, and gives no verdict.

A pod takes the image of its node's architecture from an index. Where that has none, the pod would wait for a pull that cannot
succeed: \`bootc-compose\` looks at the results of build-image-index first, and skips this task. A cluster with nodes of several
architectures needs a nodeSelector for the run, as in the example: or the index is made on a node of another one.`,
  failures: {
    'bootc container lint failed: …':
      'The log has the words of bootc above it; mend the image, or skip a lint with `LINT_ARGS: ["--skip=<lint>"]`.',
    'no verdict of bootc: …':
      'The program of the image could not be run or said nothing: it must have bootc, and be of the architecture of the node.',
    ...registryFailures,
  },
  params: {
    IMAGE_URL: ImageUrl.describe('Repository and tag of the image.'),
    IMAGE_DIGEST: Digest.describe(
      "Digest of its manifest or index; of an index, the image of the node's architecture is run.",
    ),
    LINT_ARGS: z
      .array(
        z
          .string()
          .regex(
            /^--(?:skip=[a-z0-9-]+|fatal-warnings|no-truncate)$/,
            'expected --skip=<lint>, --fatal-warnings or --no-truncate',
          ),
      )
      .default([])
      .describe('Arguments for bootc: --skip=<lint>, --fatal-warnings, --no-truncate.'),
    ON_FAILURE: z
      .enum(['fail', 'report'])
      .default('fail')
      .describe(
        'fail: the task fails with a lint; report: it succeeds and TEST_OUTPUT alone tells, unless bootc could not run.',
      ),
  },
  results: {
    TEST_OUTPUT: TestOutput.describe('Verdict in the form that Conforma reads.'),
  },
  volumes: [{ name: 'lint', emptyDir: { sizeLimit: '16Mi' } }],
  steps: ({ params, step }) => {
    const lint = {
      image: text`${params.IMAGE_URL}@${params.IMAGE_DIGEST}`,
      command: ['bootc', 'container', 'lint'],
      args: [params.LINT_ARGS],
      onError: 'continue',
      timeout: '10m',
      computeResources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '1Gi' } },
      stdoutConfig: { path: `${LEFT}/stdout` },
      stderrConfig: { path: `${LEFT}/stderr` },
      volumeMounts: [{ name: 'lint', mountPath: LEFT }],
      privileges: {
        why: 'bootc looks at the image as whoever runs the image, which of most is root; it keeps no capability.',
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    } as const;
    return {
      lint,
      report: {
        writes: ['TEST_OUTPUT'],
        cpu: '100m',
        memory: '256Mi',
        timeout: '5m',
        reads: {
          stdout: `${LEFT}/stdout`,
          stderr: `${LEFT}/stderr`,
          'exit-code': step({ lint }).exitCodePath,
        },
        volumeMounts: [{ name: 'lint', mountPath: LEFT, readOnly: true }],
      },
    };
  },
});
