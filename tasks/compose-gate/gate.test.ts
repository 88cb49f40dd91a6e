import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachTestResult, type TestResult } from '#lib/attest';
import { indexAnnotations } from '#lib/konflux';
import { createRegistryClient, digestOf, packLayer, parseReference, pushImage, pushIndex } from '#lib/oci';
import { FailedStepError } from '#lib/step';
import { runStepWith } from '#test/context';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import gate from './gate.ts';

let registry: Registry;
let folder: string;
beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'compose-gate-'));
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

interface Built {
  readonly run?: string;
  readonly architectures?: readonly string[];
  readonly wanted?: readonly string[];
  /** With `none` nothing is attached. */
  readonly result?: TestResult['result'] | 'none';
  readonly verdictRun?: string;
}

/** Pushes an index with what build-image-index and sanity-check leave there. */
async function build(image: string, built: Built = {}): Promise<string> {
  const { run = 'this', architectures = ['amd64', 's390x'], wanted = ['amd64', 's390x'] } = built;
  using client = createRegistryClient();
  const reference = parseReference(image);
  const target = client.repository(reference);
  const layers = [await packLayer([{ path: 'file', content: image }])];
  const manifests = [];
  for (const architecture of architectures)
    manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers }));
  const annotations = {
    [indexAnnotations.run]: run,
    [indexAnnotations.platforms]: wanted.map((one) => `linux/${one}`).join(','),
  };
  const index = await pushIndex(target, { manifests, annotations, tags: [reference.tag ?? 'latest'] });
  const { result = 'PASSED' } = built;
  const verdict = { name: 'sanity-check', run: built.verdictRun ?? 'this', report: digestOf('') };
  const tests = { passed: ['labels'], warned: [], failed: result === 'FAILED' ? ['labels'] : [] };
  if (result === 'none') return index.digest;
  for (const subject of [...manifests, index])
    await attachTestResult(target, subject, { ...verdict, ...tests, result });
  return index.digest;
}

const nothing = `sha256:${'0'.repeat(64)}`;
let place = 0;
/** Places for two images, and what the step is given for them. */
function places() {
  const base = `${registry.host}/gate-${place++}`;
  const names = ['minimal', 'standard'];
  return {
    minimal: `${base}/staging:1-minimal`,
    standard: `${base}/staging:1`,
    production: (name: string) => `${base}/production-${name}`,
    wire: {
      IMAGES: [`minimal=${base}/staging:1-minimal`, `standard=${base}/staging:1`],
      SELECTED: names,
      PRODUCTION: names.map((name) => `${name}=${base}/production-${name}`),
      PRODUCTION_TAGS: ['43-1', '43'],
      RUN: 'this',
    },
  };
}

test('gives what is fit, its digest, and the whole table', async () => {
  const { minimal, standard, wire } = places();
  const digests = [await build(minimal), await build(standard)];
  const lines: string[] = [];
  const reports = await mkdtemp(join(folder, 'reports-'));

  const results = await runStepWith(gate, wire, { lines, workspaces: { reports } });

  expect(results).toMatchObject({
    PROMOTE: ['minimal', 'standard'],
    DIGESTS: digests,
    INCOMPLETE: [],
    TEST_OUTPUT: { result: 'SUCCESS', successes: 2, failures: 0, warnings: 0 },
  });
  expect(lines.join('\n')).toMatch(
    /^image +amd64 +s390x +decision +why\nminimal +passed +passed +promoted\n/,
  );
  expect(await readdir(reports)).toEqual(['compose-gate-this.json']);
  expect(JSON.parse(await readFile(join(reports, 'compose-gate-this.json'), 'utf8'))).toMatchObject({
    version: 1,
    run: 'this',
    images: [{ name: 'minimal', fate: 'promoted', platforms: { 'linux/amd64': 'passed' } }, {}],
  });
});

test.for<[what: string, built: Built | undefined, message: string]>([
  ['was not built', undefined, 'standard: not built: there is no index'],
  ['is of an earlier run', { run: 'old', verdictRun: 'old' }, 'of another run'],
  ['has no verdict', { result: 'none' }, 'no verdict of sanity-check'],
  ['has one of an earlier run', { verdictRun: 'old' }, 'no verdict of sanity-check of this run'],
  ['failed its check', { result: 'FAILED' }, 'sanity-check says FAILED: labels'],
  ['lacks a platform', { architectures: ['amd64'] }, 'linux/s390x is missing'],
])(
  'a required image that %s promotes nothing, and the verdict is written all the same',
  async ([, built, message]) => {
    const { minimal, standard, wire } = places();
    await build(minimal);
    if (built) await build(standard, built);

    const error = await runStepWith(gate, wire).catch((one: unknown) => one);

    expect(error).toBeInstanceOf(FailedStepError);
    expect((error as FailedStepError).message).toContain(message);
    expect((error as FailedStepError).results).toMatchObject({
      PROMOTE: [],
      DIGESTS: [nothing, nothing],
      INCOMPLETE: ['minimal', 'standard'],
      TEST_OUTPUT: { result: 'FAILURE', successes: 0, failures: 1 },
    });
  },
);

test('a tag in production keeps its architectures until somebody says otherwise', async () => {
  const { minimal, standard, production, wire } = places();
  const architectures = ['amd64'];
  const digests = [await build(minimal, { architectures }), await build(standard, { architectures })];
  await build(`${production('standard')}:43`);
  const failable = { ...wire, FAILABLE: ['*@s390x'] };

  const held = await runStepWith(gate, failable);
  const dropped = await runStepWith(gate, {
    ...failable,
    ALLOW_DROP: ['standard@s390x=gone;until=2999-01-01'],
  });

  expect(held).toMatchObject({
    PROMOTE: ['minimal'],
    DIGESTS: [digests[0], nothing],
    INCOMPLETE: ['minimal@s390x', 'standard'],
    TEST_OUTPUT: { result: 'WARNING' },
  });
  expect(held.TEST_OUTPUT.note).toContain('standard: 43 would lose linux/s390x');
  expect(dropped).toMatchObject({ DIGESTS: digests, INCOMPLETE: ['minimal@s390x', 'standard@s390x'] });
});

test('only what was asked for counts', async () => {
  const { minimal, wire } = places();
  const digest = await build(minimal);

  const results = await runStepWith(gate, { ...wire, SELECTED: ['minimal'] });

  expect(results).toMatchObject({ PROMOTE: ['minimal'], DIGESTS: [digest, nothing], INCOMPLETE: [] });
});

test('a registry that does not tell of verdicts is no pass', async () => {
  const { minimal, standard, wire } = places();
  await build(minimal);
  await build(standard);
  const proxy = await startFaultProxy(registry.host);
  proxy.fault = ({ path }) =>
    /referrers|manifests\/sha256-/.test(path) ? { kind: 'answer', status: 403 } : undefined;
  const through = wire.IMAGES.map((one) => one.replace(registry.host, proxy.host));

  await expect(runStepWith(gate, { ...wire, IMAGES: through })).rejects.toThrow('minimal: could not look: ');
  await proxy.stop();
});

test.for<[more: Record<string, readonly string[]>, message: string]>([
  [{ SELECTED: ['iot'] }, 'there is no image "iot"'],
  [{ BASES: ['iot=standard'] }, 'there is no image "iot"'],
  [{ PRODUCTION: ['minimal=a/b'] }, 'names no repository for standard'],
  [{ PRODUCTION: ['minimal=a/b', 'standard='] }, 'names no repository for standard'],
  [{ PRODUCTION: ['minimal=a/b', 'standard=a/b'] }, 'minimal and standard would move the same tags'],
  [{ IMAGES: ['minimal=a/b:1', 'minimal=a/b:2'] }, 'IMAGES names "minimal" twice'],
  [{ FAILABLE: ['*'] }, '"*" does not say what may fail'],
  [{ ALLOW_DROP: ['standard@s390x'] }, 'ALLOW_DROP takes nothing away'],
  [{ PRODUCTION_TAGS: ['a b'] }, 'tag'],
])('refuses %j before it looks at anything', async ([more, message]) => {
  await expect(runStepWith(gate, { ...places().wire, ...more })).rejects.toThrow(message);
});

test('the results of thirty images, whatever becomes of them, are what Tekton carries', async () => {
  const names = Array.from({ length: 30 }, (_, number) => `minimal-plus-and-more-${number}`);
  const base = `${registry.host}/thirty`;
  await build(`${base}/staging:1`);
  const wire = {
    IMAGES: names.map((name) => `${name}=${base}/staging:1`),
    SELECTED: names,
    PRODUCTION: names.map((name) => `${name}=${base}/${name}`),
    RUN: 'this',
  };

  const all = await runStepWith(gate, wire);
  const none = await runStepWith(gate, { ...wire, RUN: 'other' }).catch((one: unknown) => one);

  expect(all.PROMOTE).toEqual(names);
  expect(sizeOf(all)).toBeLessThan(4096);
  expect(sizeOf((none as FailedStepError).results)).toBeLessThan(4096);
});

/** As lib/step counts them: Tekton's JSON of all results. */
function sizeOf(results: object): number {
  const entries = Object.entries(results).map(([key, value]) => ({
    key,
    value: JSON.stringify(value),
    type: 1,
  }));
  return Buffer.byteLength(JSON.stringify(entries));
}
