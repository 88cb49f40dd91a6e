import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Contract, readShared, type Usage } from './contract.ts';
import { runUsage } from './run-usage.ts';
import { standIns } from './stand-ins.ts';
import { usedRuns } from './usages.ts';

const root = join(import.meta.dirname, '../..');
const pipeline = 'buildah-build-bootc-multi-platform-oci-ta';
const contract = readShared('konflux-build.json');
const usages = readShared('usages.yaml');
const runs = usages === undefined ? [] : usedRuns((parse(usages) as { readonly build: Usage[] }).build);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usages-'));
  if (contract === undefined) return;
  const list = await readFile(join(root, 'bundles/upstream.yaml'), 'utf8');
  await writeFile(join(folder, 'upstream.yaml'), standIns(list, JSON.parse(contract) as Contract));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.skipIf(usages !== undefined)(
  '../shared/contract is not there: no PipelineRun is planned',
  ({ skip }) => {
    skip();
  },
);

test.for(runs)('$name runs our pipeline as it is', async ({ name, yaml, params }) => {
  const { code, stdout, stderr } = await plan(name, yaml);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { tasks } = JSON.parse(stdout) as Plan;
  expect(tasks.filter(({ unseen }) => unseen !== undefined)).toEqual([]);
  const checks = tasks.filter(({ name: task }) => /-(?:check|checks|scan)$/.test(task));
  expect(checks.length).toBe(8);
  const isSkipped = params['skip-checks'] === true;
  expect(new Set(checks.map(({ state }) => state))).toEqual(new Set([isSkipped ? 'skipped' : 'runs']));
  const builds = tasks.find((task) => task.name === 'build-images')?.taskRuns ?? [];
  const given = builds.map((one) =>
    Object.fromEntries((one.params ?? []).map((param) => [param.name, param.value])),
  );
  expect(given).toMatchObject(
    ((params['build-platforms'] ?? ['linux/x86_64']) as readonly string[]).map((platform) => ({
      PLATFORM: platform,
      PRIVILEGED_NESTED: told(params['privileged-nested'] ?? false),
      HERMETIC: told(params.hermetic ?? false),
      WORKINGDIR_MOUNT: params['workingdir-mount'] ?? '',
      LABELS: params.labels ?? [],
      BUILD_ARGS: params['build-args'] ?? [],
      BUILD_ARGS_FILE: params['build-args-file'] ?? '',
      DOCKERFILE: params.dockerfile,
      CONTEXT: params['path-context'],
      IMAGE_EXPIRES_AFTER: params['image-expires-after'] ?? '',
    })),
  );
  const clone = tasks.find((task) => task.name === 'clone-repository')?.taskRuns?.[0]?.params ?? [];
  expect(clone.find((param) => param.name === 'depth')?.value).toBe(told(params['clone-depth'] ?? 1));
});

test.skipIf(runs.length === 0)('without a param that it needs a run is refused', async () => {
  const [run] = runs;

  const { code, stderr } = await plan(
    'without',
    (run?.yaml ?? '').replace(/ {4}- name: git-url\n.*\n/, '').replace(run?.name ?? '', 'without'),
  );

  expect(code).toBe(4);
  expect(stderr).toContain('git-url');
});

/** A boolean or a number as Tekton makes text of it. */
function told(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Plan {
  readonly tasks: readonly {
    readonly name: string;
    readonly state: string;
    readonly unseen?: string;
    readonly taskRuns?: readonly {
      readonly params?: readonly { readonly name: string; readonly value: unknown }[];
    }[];
  }[];
}

async function plan(name: string, yaml: string) {
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, yaml);
  const upstream = `quay.io/konflux-ci/tekton-catalog/*=${join(folder, 'upstream.yaml')}`;
  const forms = ['--dry-run', '--output', 'json'];
  return runUsage({ name, file, pipeline }, ...forms, '--bundle-map', upstream, '--image-map', '*=rootfs:/');
}
