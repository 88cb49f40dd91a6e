import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, packLayer, pushImage } from '#lib/oci';
import { captured } from '#test/captured';
import { type Registry, startRegistry } from '#test/registries/registry';
import { runYaml } from '#test/run-yaml';
import { main } from '../main.ts';

let folder: string;
let registry: Registry;
let image: string;
const file = (name: string) => join(folder, name);
const check = (...args: readonly string[]) =>
  captured(() => main(['runs', 'check', '--runs-directory', file('runs'), ...args]));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-check-run-'));
  registry = await startRegistry();
  using client = createRegistryClient();
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const config = { os: 'linux', architecture: 'amd64', config: { Labels: { 'vcs-type': 'git' } } };
  const { digest } = await pushImage(client.repository(`${registry.host}/a/b`), { config, layers });
  image = `${registry.host}/a/b@${digest}`;
  await writeFile(
    file('policy.yaml'),
    'sources: [{config: {include: [slsa_build_scripted_build, labels, tasks.pinned_task_refs]}}]',
  );
  await writeFile(file('task.yaml'), 'kind: Task');
  await writeFile(file('labels.yaml'), 'rule_data: {required_labels: [{name: vcs-ref, description: d}]}');
  await mkdir(file('empty'));
  await runYaml(taskRun, { runsDirectory: file('runs') });
  await runYaml(pipelineRun('gone', digest.replace(/.{8}$/, '00000000')), { runsDirectory: file('runs') });
  await runYaml(pipelineRun('build', digest), { runsDirectory: file('runs') });
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

const taskRun = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: alone}
spec: {taskSpec: {steps: [{name: s, image: any, script: 'true'}]}}`;

const pipelineRun = (name: string, of: string) => `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ${name}}
spec:
  pipelineSpec:
    tasks:
    - name: build
      taskSpec:
        results: [{name: IMAGE_URL}, {name: IMAGE_DIGEST}]
        steps: [{name: s, image: any, script: 'printf ${registry.host}/a/b:1 > $(results.IMAGE_URL.path); printf ${of} > $(results.IMAGE_DIGEST.path)'}]`;

test('says which rules of the policy do not hold for an image of the run', async () => {
  const good = await check('build', '--policy', file('policy.yaml'));
  const bad = await check('build', '--policy', file('policy.yaml'), '--data', file('labels.yaml'));
  const json = await check('--policy', file('policy.yaml'), '--data', file('labels.yaml'), '-o', 'json');

  // Nobody trusts a task without rules, which slsa_build_scripted_build.image_built_by_trusted_task says.
  expect(good).toMatchObject({ code: 7, stderr: '' });
  expect(good.stdout).toContain(`${image} is denied by 1 finding\n`);
  expect(bad.stdout).toContain('  denied  labels.required_labels: The required "vcs-ref" label is missing\n');
  const { images } = JSON.parse(json.stdout) as {
    images: { image: string; violations: { rule: string }[] }[];
  };
  expect(images.map((one) => one.image)).toEqual([image]);
  expect(images[0]?.violations.map(({ rule }) => rule)).toEqual([
    'slsa_build_scripted_build.image_built_by_trusted_task',
    'labels.required_labels',
  ]);
});

test.for<[what: string, args: readonly string[], code: number, message: string]>([
  ['no policy', ['build'], 2, '--policy'],
  ['a policy that is not there', ['build', '--policy', '/nowhere'], 3, 'cannot read /nowhere'],
  ['a policy that is none', ['build', '--policy', 'task.yaml'], 4, 'is no policy: sources'],
  [
    'data that is not there',
    ['build', '--policy', 'policy.yaml', '--data', '/nowhere'],
    3,
    'cannot read /nowhere',
  ],
  [
    'a folder without data',
    ['build', '--policy', 'policy.yaml', '--data', 'empty'],
    4,
    'has no file of YAML',
  ],
  [
    'a pattern that is none',
    ['build', '--policy', 'policy.yaml', '--trust', 'x'],
    4,
    'x is no pattern of tasks',
  ],
  ['a run that is not kept', ['other', '--policy', 'policy.yaml'], 3, 'there is no run other'],
  ['a TaskRun', ['alone', '--policy', 'policy.yaml'], 4, 'policy is asked about PipelineRuns'],
  ['an image that is gone', ['gone', '--policy', 'policy.yaml'], 3, 'there is no such image'],
])('refuses %s', async ([, args, code, message]) => {
  const here = args.map((arg, index) =>
    ['--policy', '--data'].includes(args[index - 1] ?? '') && !arg.startsWith('/') ? file(arg) : arg,
  );

  const result = await check(...here);

  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
});
