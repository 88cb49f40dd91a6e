import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testResultsOf } from '#lib/attest';
import {
  createRegistryClient,
  digestOf,
  fetchBytes,
  fetchManifest,
  isIndex,
  parseReference,
  pushIndex,
} from '#lib/oci';
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

test('the verdict is attached to what was checked, by the run that it is of', async () => {
  const good = await push();
  const failing = await push(bad);
  const reports = await mkdtemp(join(folder, 'attached-'));

  await check({ IMAGE_DIGEST: good, RUN: 'one' }, { workspaces: { reports } });
  await check({ IMAGE_DIGEST: failing, RUN: 'one', ON_FAILURE: 'report' });
  await check({ IMAGE_DIGEST: failing, RUN: 'two', ATTACH_VERDICT: 'false', ON_FAILURE: 'report' });

  expect(await verdictsOn(good)).toMatchObject([
    { name: 'sanity-check', run: 'one', result: 'PASSED', failures: 0 },
  ]);
  expect(await verdictsOn(failing)).toMatchObject([
    { run: 'one', result: 'FAILED', failures: 1, failed: ['boot-var-empty@aarch64'] },
  ]);
  const [name = ''] = await readdir(reports);
  expect(await attachedText(good)).toContain(digestOf(await readFile(join(reports, name))).slice(7));
});

test('each platform has a verdict of its own, so that one that failed can be told from the rest', async () => {
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const good = await pushBootcImage(target);
  const s390x = await pushBootcImage(target, { ...bad, config: { architecture: 's390x' } });
  const manifests = [good, s390x];
  const { digest } = await pushIndex(target, { manifests, tags: ['1'] });

  await check({ IMAGE_DIGEST: digest, RUN: 'one', ON_FAILURE: 'report' });

  expect(await verdictsOn(good.digest)).toMatchObject([{ result: 'PASSED' }]);
  const [ofS390x] = await verdictsOn(s390x.digest);
  expect(ofS390x?.failed).toContain('boot-var-empty@s390x');
  expect(ofS390x?.failed.filter((name) => !name.endsWith('@s390x'))).toEqual([]);
  const [whole] = await verdictsOn(digest);
  expect(whole?.failed).toEqual(expect.arrayContaining([...(ofS390x?.failed ?? [])]));
});

test('what could not be looked at is an error that is attached, too', async () => {
  const IMAGE_DIGEST = await push();

  await expect(check({ IMAGE_DIGEST, COMPOSE: '/nowhere', RUN: 'one' })).rejects.toThrow('/nowhere');

  expect(await verdictsOn(IMAGE_DIGEST)).toMatchObject([{ run: 'one', result: 'ERROR', failures: 0 }]);
});

async function verdictsOn(digest: string) {
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  return await testResultsOf(target, await target.resolve(digest));
}

/** The statement that is attached, as it stands there. */
async function attachedText(digest: string): Promise<string> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const [referrer] = await target.referrers(await target.resolve(digest));
  const manifest = referrer && (await fetchManifest(target, referrer));
  const [layer] = manifest === undefined || isIndex(manifest) ? [] : manifest.layers;
  return layer === undefined ? '' : Buffer.from(await fetchBytes(target, layer)).toString();
}

function check(
  params: Readonly<Record<string, string | readonly string[]>>,
  options: Parameters<typeof runStepWith>[2] = {},
) {
  return runStepWith(step, { IMAGE_URL: image, ...params }, options);
}
