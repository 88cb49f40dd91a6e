import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { captured } from '#test/captured';
import { runCommandLine } from '../command-line.ts';

let directory: string;
const file = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'problems-'));
  await writeFile(
    file('ci.yaml'),
    `apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ci}
spec:
  pipelineSpec:
    tasks:
    - name: build
      taskSpec:
        steps: [{name: a, image: busybox, script: echo hi, workDir: /tmp}]
    - name: test
      params: [{name: image, value: $(tasks.buil.results.IMAGE)}]
      taskSpec: {params: [{name: image}], steps: [{name: a, image: busybox}]}
`,
  );
  await writeFile(file('helm.yaml'), 'a: {{ if x }}\nb: 1\n');
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const run = (...args: readonly string[]) => captured(() => runCommandLine(['run', ...args], undefined));

test('all problems are told at once, each with its place and what stands there', async () => {
  const { code, stdout, stderr } = await run(file('ci.yaml'));

  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toBe(`error: PipelineRun ci is not valid: 2 problems
${file('ci.yaml')}:9:60 spec.pipelineSpec.tasks[build].taskSpec.steps[a].workDir: unknown field "workDir"
  8 |       taskSpec:
  9 |         steps: [{name: a, image: busybox, script: echo hi, workDir: /tmp}]
    |                                                            ^
${file('ci.yaml')}:11:37 spec.pipelineSpec.tasks[test].params[image].value: there is no task buil; did you mean build? there are: build, test (Tekton: invalid value: couldn't add link between test and buil: task test depends on buil but buil wasn't present in Pipeline)
  10 |     - name: test
  11 |       params: [{name: image, value: $(tasks.buil.results.IMAGE)}]
     |                                     ^
`);
});

test('GitHub shows them beside the lines of a change', async () => {
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  const { stderr } = await run(file('ci.yaml'));

  const [first, second] = stderr.split('\n').filter((line) => line.startsWith('::'));
  expect(first).toBe(
    `::error file=${file('ci.yaml')},line=9,col=60::PipelineRun ci: spec.pipelineSpec.tasks[build].taskSpec.steps[a].workDir: unknown field "workDir"`,
  );
  expect(second).toContain(',line=11,col=37::PipelineRun ci: ');
});

test.for([
  ['no file', 'nope.yaml', 4, 'error: there is no file '],
  ['a template', 'helm.yaml', 4, 'hint: is this a template, as of Helm?'],
] as const)('%s is told in words', async ([, name, code, message]) => {
  const told = await run(file(name));

  expect(told).toMatchObject({ code, stderr: expect.stringContaining(message) });
  expect(told.stderr).not.toMatch(/ENOENT|trace-warnings/);
});

test('a directory without YAML says which files are taken', async () => {
  const empty = await mkdtemp(join(directory, 'empty-'));

  expect((await run(empty)).stderr).toBe(
    `error: there is no YAML in ${empty}\nhint: files of a directory are taken by .yaml, .yml or .json, and none of its folders\n`,
  );
});

test('a directory for a workspace that is not there is refused before anything starts', async () => {
  const { code, stderr } = await run(file('ci.yaml'), '-w', 'source=/nope', '--runs-directory', file('runs'));

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: workspace source: there is no directory /nope\n',
  });
});

test.for([
  [['runs', 'remoe'], "error: unknown command 'remoe'\n(--help"],
  [['runs', 'lst'], 'hint: did you mean one of list, ls?\n'],
  [['run', '--parm', 'a=b'], "error: unknown option '--parm'\nhint: did you mean --param?\n"],
  [['render', 'sanity-chek'], 'did you mean sanity-check? there are: '],
] as const)('a slip is answered, and never by what cannot be undone: %j', async ([args, message]) => {
  const { code, stderr } = await captured(() => runCommandLine(args, undefined));

  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
