import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRegistryClient, parseReference } from '#lib/oci';
import { FailedStepError } from '#lib/step';
import { runStepWith } from '#test/context';
import { goodPackages, type ImageChoice, pushBootcImage } from '#test/images/bootc-image';
import { type Registry, startRegistry } from '#test/registries/registry';
import { writeCompose } from '#test/small-compose';
import step from './check.ts';

let registry: Registry;
let folder: string;
let image: string;
let counter = 0;

beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'sanity-check-'));
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  image = `${registry.host}/test/sanity-${counter++}:1`;
});

const bad: ImageChoice = { files: { 'boot/vmlinuz': 'kernel' } };

async function push(choice: ImageChoice = {}): Promise<string> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const root = await pushBootcImage(target, choice);
  await target.tag(root, '1');
  return root.digest;
}

test('judges the digest, whatever the tag says by then', async () => {
  const good = await push();
  const moved = await push(bad);

  const passed = await check({ IMAGE_DIGEST: good });
  const failed = check({ IMAGE_DIGEST: moved });

  expect(passed.TEST_OUTPUT).toMatchObject({ result: 'SUCCESS', failures: 0 });
  await expect(failed).rejects.toThrow('sanity check failed: boot-var-empty@aarch64');
});

test('an expired waiver fails and says so, one that holds does not', async () => {
  const IMAGE_DIGEST = await push(bad);
  const lines: string[] = [];

  const expired = check({ IMAGE_DIGEST, WAIVERS: ['boot-var-empty=known;until=2020-01-01'] }, { lines });
  await expect(expired).rejects.toBeInstanceOf(FailedStepError);
  const waived = await check({ IMAGE_DIGEST, WAIVERS: ['boot-var-empty=known;until=2999-01-01'] });

  expect(lines.join('\n')).toContain('the waiver boot-var-empty expired on 2020-01-01: known');
  expect(waived.TEST_OUTPUT).toMatchObject({ result: 'WARNING' });
});

test.for(['boot-var-empty=;until=2999-01-01', 'boot-var-empty=x;until=2026-02-30', 'boot-var=x'])(
  'refuses the waiver %j',
  async (waiver) => {
    await expect(check({ IMAGE_DIGEST: await push(), WAIVERS: [waiver] })).rejects.toThrow(/waive|WAIVERS/);
  },
);

test('writes the whole report, and reports instead of failing when it is asked to', async () => {
  const IMAGE_DIGEST = await push({ labels: { 'redhat.compose-id': 'another' } });
  const COMPOSE = writeCompose(await mkdtemp(join(folder, 'compose-')), goodPackages);
  const reports = join(folder, 'reports');

  const { TEST_OUTPUT } = await check(
    { IMAGE_DIGEST, COMPOSE, ON_FAILURE: 'report' },
    { workspaces: { reports } },
  );

  expect(TEST_OUTPUT).toMatchObject({ result: 'FAILURE', failures: 1 });
  const [name = ''] = await readdir(reports);
  const report = JSON.parse(await readFile(join(reports, name), 'utf8'));
  expect(report).toMatchObject({ version: 1, image, digest: IMAGE_DIGEST });
  expect(report.checks).toContainEqual(expect.objectContaining({ id: 'compose-label', result: 'fail' }));
});

function check(
  params: Readonly<Record<string, string | readonly string[]>>,
  options: Parameters<typeof runStepWith>[2] = {},
) {
  return runStepWith(step, { IMAGE_URL: image, ...params }, options);
}
