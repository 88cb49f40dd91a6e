import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Architecture, fetchBusybox } from '#lib/compose-fixture';
import { TestOutput } from '#lib/konflux';
import type { ImageMapping } from '#lib/local';
import {
  createRegistryClient,
  type LayerFile,
  ownPlatform,
  packLayer,
  parseReference,
  pushImage,
  pushIndex,
  rpmArchitecture,
} from '#lib/oci';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#test/registries/registry';
import { shareOf } from '#test/share';
import { makeStepImage, renderedTask, runTask } from '#test/step-image';

const own = ownPlatform();
const task = renderedTask('bootc-lint');
let scratch: string;
let registry: Registry;
let mapping: ImageMapping;
let busybox: Buffer;
let count = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bootc-lint-'));
  registry = await startRegistry();
  mapping = await makeStepImage(join(scratch, 'steps'), ['bootc-lint/report']);
  const programs = await fetchBusybox({ cache: join(import.meta.dirname, '../../.cache') });
  busybox = await readFile(programs[rpmArchitecture(own.architecture) as Architecture].path);
});

afterAll(async () => {
  await registry.stop();
  const list = ['images', '--quiet', '--no-trunc', '--filter', `reference=${registry.host}/*/*`];
  const ids = new Set((await run('podman', list)).stdout.split('\n').filter((id) => id !== ''));
  if (ids.size > 0) await run('podman', ['rmi', '--force', ...ids]);
  await rm(scratch, { recursive: true });
});

const passes = 'printf "Checks passed: 12\\nChecks skipped: 1\\n"';
const fails = `printf "Failed lint: var-run: Not a symlink: var/run\\nChecks passed: 11\\nChecks skipped: 1\\n"
echo "error: Linting: Checks failed: 1" >&2
exit 1`;
const success = JSON.stringify({
  result: 'SUCCESS',
  timestamp: '2026-01-01T00:00:00Z',
  note: 'forged',
  namespace: 'default',
  successes: 99,
  failures: 0,
  warnings: 0,
});

test('bootc runs as the user of the image, without a capability, and can write nowhere but to its output', async () => {
  const { status, verdict, lines } = await lint(
    `
set -e
test "$(busybox id -u)" = 0
test -z "$(busybox grep ^Cap /proc/self/status | busybox grep -v 0000000000000000)"
busybox grep -q "NoNewPrivs:.*1" /proc/self/status
for place in / /usr/bin /tmp /run /etc; do if busybox touch $place/x 2>/dev/null; then echo "written: $place"; fi; done
test -z "$(busybox ls /workspace)"
test "$*" = "container lint --skip=kernel --no-truncate"
${passes}`,
    { LINT_ARGS: ['--skip=kernel', '--no-truncate'] },
  );

  expect(status, lines.join('\n')).toBe('Succeeded');
  expect(verdict).toMatchObject({ result: 'SUCCESS', successes: 12, failures: 0, warnings: 0 });
  expect(lines).toContain('report: bootc was given --skip=kernel --no-truncate');
});

test('a failed lint fails the task, and its message is told', async () => {
  const { status, verdict, lines } = await lint(fails);

  expect(status).toBe('Failed');
  expect(verdict).toMatchObject({ result: 'FAILURE', successes: 11, failures: 1 });
  expect(verdict?.note).toBe('bootc container lint: var-run');
  expect(lines).toContain('report: FAIL  var-run: Not a symlink: var/run');
  expect(lines).toContain('report: error: bootc container lint failed: var-run');
});

test('with ON_FAILURE=report a failed lint is told by the verdict alone', async () => {
  const { status, verdict } = await lint(fails, { ON_FAILURE: 'report' });

  expect(status).toBe('Succeeded');
  expect(verdict).toMatchObject({ result: 'FAILURE', failures: 1 });
});

test('a warning fails nothing', async () => {
  const { status, verdict } = await lint(
    'printf "Lint warning: var-log: Found:\\n  /var/log/a\\n\\nChecks passed: 11\\nWarnings: 1\\n"',
  );

  expect(status).toBe('Succeeded');
  expect(verdict).toMatchObject({ result: 'WARNING', successes: 11, warnings: 1 });
});

test.for(
  shareOf<[name: string, script: string, error: string]>(
    'bootc that ends badly',
    [
      ['killed', 'kill -9 $$', 'was killed, or could not run (exit code 137)'],
      ['silent', 'exit 0', 'ended well and said nothing'],
      ['of another kind', 'echo "bootc 1.8.0"', 'no version of `bootc container lint` says: "bootc 1.8.0"'],
      ['too old', 'echo "error: unrecognized subcommand" >&2; exit 2', 'has no `container lint`'],
      [
        'not allowed to read',
        'echo "error: Linting: Permission denied (os error 13)" >&2; exit 1',
        'os error 13',
      ],
    ],
    2,
  ),
)('a bootc that is %s is an error whatever ON_FAILURE says', async ([, script, error]) => {
  const { status, verdict, lines } = await lint(script, { ON_FAILURE: 'report' });

  expect(status).toBe('Failed');
  expect(verdict).toMatchObject({ result: 'ERROR', successes: 0 });
  expect(lines.join('\n')).toContain(`report: error: no verdict of bootc: bootc`);
  expect(verdict?.note).toContain(error);
});

test.for<[name: string, files: readonly LayerFile[]]>([
  ['no bootc', []],
  [
    'a bootc of another architecture',
    [{ path: 'usr/bin/bootc', mode: 0o755, content: '\x7fELF of no machine' }],
  ],
])('an image with %s fails before anything is judged', async ([, files]) => {
  const { status, message, verdict } = await lintImage(await push(files));

  expect(status).toBe('Failed');
  expect(message).toContain('"step-lint" exited with code');
  expect(verdict).toBeUndefined();
});

const result = '/tekton/results/TEST_OUTPUT';
test.for(
  shareOf<[name: string, script: string, expected: string]>(
    'what an image leaves',
    [
      ['a verdict of its own', `echo '${success}' >${result}; ${fails}`, 'FAILURE'],
      [
        'a link in place of the verdict',
        `busybox ln -s /lint/x ${result}; busybox ln -s /lint/x ${result}.part; ${fails}`,
        'FAILURE',
      ],
      ['a pipe in place of the verdict', `busybox mkfifo ${result}.part ${result}; ${fails}`, 'FAILURE'],
      [
        'a link to a file of the other step',
        `busybox rm /lint/stdout; busybox ln -s /etc/passwd /lint/stdout; ${passes}`,
        'ERROR',
      ],
      ['a pipe to wait for', `busybox rm /lint/stderr; busybox mkfifo /lint/stderr; ${passes}`, 'ERROR'],
      ['more than is read', `${passes}; busybox head -c 1100000 /dev/zero | busybox tr '\\0' x`, 'ERROR'],
      [
        'terminal control',
        `printf 'Failed lint: a: \\033]0;x\\007\\nChecks passed: 1\\n'; echo 'error: Linting: Checks failed: 1' >&2; exit 1`,
        'FAILURE',
      ],
    ],
    3,
  ),
)('an image that leaves %s cannot pass by it', { timeout: 60_000 }, async ([, script, expected]) => {
  const { status, verdict, lines } = await lint(script);

  expect(status).toBe('Failed');
  expect(verdict, lines.join('\n')).toMatchObject({ result: expected });
  const reported = lines.filter((line) => line.startsWith('report: ')).join('');
  expect(reported).not.toMatch(/\p{Cc}|root:x:0/u);
});

test('an image that leaves a directory in place of the verdict fails without one', async () => {
  const { status, verdict } = await lint(`busybox mkdir -p ${result}/x ${result}.part/y; ${passes}`);

  expect(status).toBe('Failed');
  expect(verdict).toBeUndefined();
});

test('arguments that are none of bootc lint are refused', async () => {
  const { status, lines } = await lint(passes, { LINT_ARGS: ['--rootfs=/etc'] });

  expect(status).toBe('Failed');
  expect(lines.join('\n')).toContain(
    'report: error: parameter LINT_ARGS is not valid: value 1 of 1: expected --skip=<lint>',
  );
});

/** A program that prints what bootc prints stands in for it: a script, run by busybox. */
async function lint(script: string, params: Readonly<Record<string, string | readonly string[]>> = {}) {
  const content = `#!/usr/bin/sh\n# Stands in for bootc.\n${script}\n`;
  return lintImage(await push([{ path: 'usr/bin/bootc', mode: 0o755, content }]), params);
}

async function lintImage(
  image: { readonly IMAGE_URL: string; readonly IMAGE_DIGEST: string },
  params: Readonly<Record<string, string | readonly string[]>> = {},
) {
  const ended = await runTask({ task, params: { ...image, ...params }, mapping, runsDirectory: scratch });
  const text = ended.taskRuns[0]?.status?.results?.find(({ name }) => name === 'TEST_OUTPUT')?.value;
  return { ...ended, verdict: typeof text === 'string' ? TestOutput.parse(text) : undefined };
}

/** An index with an image for this machine. */
async function push(files: readonly LayerFile[]) {
  const image = `${registry.host}/lint/image${count++}:1`;
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const programs: LayerFile[] = [
    { path: 'usr/bin/busybox', mode: 0o755, content: busybox },
    { path: 'usr/bin/sh', link: 'busybox' },
    ...['etc', 'run', 'tmp'].map((path) => ({ path, directory: true }) as const),
  ];
  const layer = await packLayer([...programs, ...files]);
  const member = await pushImage(target, {
    config: { ...own, config: { Cmd: ['/sbin/init'] } },
    layers: [layer],
  });
  const { digest } = await pushIndex(target, {
    manifests: [{ ...member, platform: own }],
    tags: ['1'],
  });
  return { IMAGE_URL: image, IMAGE_DIGEST: digest };
}
