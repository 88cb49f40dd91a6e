import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captured } from '#test/captured';
import { type KeptRuns, keepRuns } from '#test/kept-runs';
import { main } from '../main.ts';

let kept: KeptRuns;
const file = (name: string) => kept.file(name);
const check = (...args: readonly string[]) =>
  captured(() => main(['runs', 'check', '--runs-directory', file('runs'), ...args]));

beforeAll(async () => {
  kept = await keepRuns({ 'vcs-type': 'git' });
  await writeFile(
    file('policy.yaml'),
    'sources: [{config: {include: [slsa_build_scripted_build, labels, tasks.pinned_task_refs]}}]',
  );
  await writeFile(file('task.yaml'), 'kind: Task');
  await writeFile(file('labels.yaml'), 'rule_data: {required_labels: [{name: vcs-ref, description: d}]}');
  await mkdir(file('empty'));
});
afterAll(() => kept[Symbol.asyncDispose]());

test('says which rules of the policy do not hold for an image of the run', async () => {
  const image = `${kept.registry}/a/b@${kept.digest}`;
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
