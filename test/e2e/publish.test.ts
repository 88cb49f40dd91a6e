import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResolvers, parseObjects, planRun, sortObjects } from '#lib/local';
import { createRegistryClient } from '#lib/oci';
import { run } from '#lib/process';
import { writeEmptyStepImage } from '#test/images/empty-step-image';
import { type Registry, startRegistry } from '#test/registries/registry';
import { makeGitRepository } from '#test/servers/git-repository';
import { pipeline as releasePipeline } from '../../pipelines/push-to-external-registry.ts';
import { task as applyTags } from '../../tasks/apply-tags/task.ts';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'bin/bootc-catalog');

let registry: Registry;
let folder: string;
let prefix: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'e2e-publish-'));
  registry = await startRegistry({ storage: join(folder, 'registry') });
  prefix = `${registry.host}/bootc`;
  await writeEmptyStepImage(join(folder, 'steps'));
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

interface Report {
  readonly items: readonly {
    readonly kind: string;
    readonly name: string;
    readonly reference: string;
    readonly digest: string;
    readonly pushed: boolean;
  }[];
}

test('the whole catalog is published, found by others, run from there, and not published twice', async () => {
  const plan = await publish('--dry-run');
  expect(await isThere(plan.items[0]?.reference)).toBe(false);

  const first = await publish('--directory', join(folder, 'objects'));
  const second = await publish();

  const tasks = await readdir(join(root, 'bundles/rendered/tasks'));
  expect(first.items.map(({ digest }) => digest)).toEqual(plan.items.map(({ digest }) => digest));
  expect(first.items.filter(({ kind }) => kind === 'task')).toHaveLength(tasks.length);
  expect(first.items.every(({ pushed }) => pushed)).toBe(true);
  expect(second.items.some(({ pushed }) => pushed)).toBe(false);

  for (const { reference, digest } of first.items) {
    const bare = reference.replace(/:[^/]*$/, '');
    const args = ['inspect', '--tls-verify=false', '--raw', `docker://${bare}@${digest}`];
    expect(JSON.parse((await run('skopeo', args)).stdout)).toHaveProperty('annotations');
  }

  const [steps, task] = [first.items[0], first.items.find(({ name }) => name === 'apply-tags')];
  await writeFile(join(folder, 'run.json'), JSON.stringify(taskRunFrom(task?.reference)));
  const args = ['run', '-f', join(folder, 'run.json'), '--dry-run', '-o', 'json'];
  const { tasks: planned } = JSON.parse((await run(command, args)).stdout) as {
    readonly tasks: readonly [{ readonly taskRuns: readonly [{ readonly steps: readonly [object] }] }];
  };
  expect(planned[0].taskRuns[0].steps[0]).toMatchObject({ image: steps?.reference });
  const written = await readFile(join(folder, 'objects/tasks/apply-tags.yaml'), 'utf8');
  expect(written).toContain(String(steps?.reference));
});

test('the release pipeline is found in its bundle, and by git in what --directory wrote, with all of its tasks', {
  timeout: 120_000,
}, async () => {
  const objects = join(folder, 'in-git');
  const { items } = await publish('--directory', objects);
  const repository = await makeGitRepository(objects);
  await repository.git('add', '.');
  const revision = await repository.commit({ 'README.md': 'what was published' });
  const { name } = releasePipeline;
  const item = items.find((one) => one.kind === 'pipeline' && one.name === name);
  const ways = {
    bundles: { bundle: item?.reference ?? '', name, kind: 'pipeline' },
    git: { url: `file://${objects}`, revision, pathInRepo: `pipelines/${name}.yaml` },
  };
  using client = createRegistryClient();
  // No test reaches the repository of verify-conforma: this one task is a stand-in.
  const resolvers = createResolvers({ client, cacheDirectory: join(folder, 'cache') });
  const git: (typeof resolvers)[string] = (kind, params, signal) =>
    JSON.stringify(params).includes('github.com/conforma')
      ? Promise.resolve({ object: standInForConforma })
      : (resolvers.git as typeof git)(kind, params, signal);
  const planned = async (resolver: keyof typeof ways) => {
    const run = releaseFrom(resolver, ways[resolver]);
    return planRun({
      objects: sortObjects(parseObjects(JSON.stringify(run), 'run.json')),
      resolvers: { ...resolvers, git },
      runsDirectory: join(folder, 'runs'),
    });
  };

  const [byBundle, byGit] = [await planned('bundles'), await planned('git')];

  // A plan is in the order of a run.
  const names = byBundle.tasks.map((task) => task.name);
  expect(names.toSorted()).toEqual(releasePipeline.tasks.map((task) => task.name).sort());
  expect(withoutIds(byGit.tasks)).toEqual(withoutIds(byBundle.tasks));
  const images = byGit.tasks
    .filter((task) => task.name !== 'verify-conforma')
    .flatMap(({ taskRuns = [] }) => taskRuns.flatMap(({ steps }) => steps.map(({ image }) => image)));
  expect(new Set(images)).toEqual(new Set([items[0]?.reference]));
});

test('what is there under a version is not replaced by something else', async () => {
  await publish();
  const catalog = join(folder, 'catalog.ts');
  await writeFile(
    catalog,
    `import { defineTask } from '${root}/lib/tekton/index.ts';
const resources = { cpu: '1', memory: '1Gi', timeout: '1h' };
const other = { description: 'Something else.', params: {}, results: {}, steps: { apply: resources } };
export const tasks = [defineTask({ name: 'apply-tags', version: '${applyTags.version}', ...other })];
export const pipelines = [];
export { publication, stepImage } from '${root}/bundles/catalog.ts';`,
  );

  const withoutGit = await refusal('--catalog', catalog);
  await run('git', ['-C', folder, 'init', '--quiet']);
  await run('git', ['-C', folder, ...author, 'commit', '--quiet', '--allow-empty', '-m', 'first']);
  const refused = await refusal('--catalog', catalog);

  expect(withoutGit).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('no git repository') });
  expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('apply-tags') });
});

test('what was published is written down for the pages, by --record alone', async () => {
  const place = join(folder, 'recorded');
  await mkdir(place);
  const catalog = join(place, 'catalog.ts');
  await writeFile(
    catalog,
    `import { defineTask } from '${root}/lib/tekton/index.ts';
const own = { cpu: '1', memory: '1Gi' };
export const tasks = [
  defineTask({ name: 'own', version: '0.1.0', description: 'Is there.', params: {}, results: {}, steps: { own } }),
];
export const pipelines = [];
export { publication, stepImage } from '${root}/bundles/catalog.ts';`,
  );
  await run('git', ['-C', place, 'init', '--quiet']);
  await run('git', ['-C', place, ...author, 'commit', '--quiet', '--allow-empty', '-m', 'first']);
  await publish('--catalog', catalog);
  expect(await readdir(place)).not.toContain('bundles');

  const { items } = await publish('--catalog', catalog, '--record');

  const own = items.find(({ name }) => name === 'own');
  const written = JSON.parse(await readFile(join(place, 'bundles/published.json'), 'utf8'));
  expect(written).toEqual({ 'task-own': own?.reference });
  expect(own?.reference).toMatch(/:0\.1\.0@sha256:[0-9a-f]{64}$/);
});

const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];

const refusal = (...args: readonly string[]) => publish(...args).catch((error: unknown) => error);

async function publish(...args: readonly string[]): Promise<Report> {
  const image = ['--step-image', `oci:${join(folder, 'steps')}:1`, '--platform', 'linux/amd64'];
  const given = ['publish', '--prefix', prefix, ...image, '--allow-dirty', '-o', 'json', ...args];
  return JSON.parse((await run(command, given, { cwd: root })).stdout) as Report;
}

async function isThere(reference = ''): Promise<boolean> {
  const tagged = reference.replace(/@.*$/, '');
  return run('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${tagged}`]).then(
    () => true,
    () => false,
  );
}

function taskRunFrom(bundle: string | undefined): object {
  const params = { bundle, name: 'apply-tags', kind: 'task' };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: 'tags' },
    spec: {
      taskRef: {
        resolver: 'bundles',
        params: Object.entries(params).map(([name, value]) => ({ name, value })),
      },
      params: [
        { name: 'IMAGE_URL', value: `${registry.host}/a:1` },
        { name: 'IMAGE_DIGEST', value: `sha256:${'0'.repeat(64)}` },
      ],
    },
  };
}

/** Each plan makes ids of its own. */
const withoutIds = (value: unknown) =>
  JSON.stringify(value, null, 1).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');

/** A release of a tenant: three params, and no more. */
function releaseFrom(resolver: string, reference: Readonly<Record<string, string>>): object {
  const listOf = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  const given = { release: 'tenant/rel', releasePlan: 'tenant/plan', snapshot: 'tenant/snap' };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'release' },
    spec: { pipelineRef: { resolver, params: listOf(reference) }, params: listOf(given) },
  };
}

const verify = releasePipeline.tasks.find(({ name }) => name === 'verify-conforma');
const standInForConforma = {
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'verify-conforma-stand-in' },
  spec: {
    params: Object.keys(verify?.target.params ?? {}).map((name) => ({ name, default: '' })),
    steps: [{ name: 'validate', image: 'stand-in', script: 'exit 1' }],
  },
};
