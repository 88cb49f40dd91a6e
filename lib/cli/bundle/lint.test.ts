import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { captured } from '#test/captured';
import { type Registry, startRegistry } from '#test/registries/registry';
import { sarifSchema } from '#test/schemas/sarif';
import { main } from '../main.ts';
import { lintText } from './lint-output.ts';

let folder: string;
let registry: Registry;
const file = (name: string) => join(folder, name);

const digest = `sha256:${'0'.repeat(64)}`;
const good = (name: string, steps: string) => `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: ${name}
  labels: { app.kubernetes.io/version: 1.0.0 }
  annotations: { tekton.dev/pipelines.minVersion: 1.0.0, tekton.dev/displayName: A }
spec:
  description: Does one thing.
  params: [{ name: TEXT }]
  steps: [${steps}]
`;
const step = `{ name: say, image: registry.example/a@${digest}, args: [$(params.TEXT)] }`;
const pasted = `{ name: say, image: registry.example/a@${digest}, script: echo $(params.TEXT) }`;
const pipeline = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: all, labels: { app.kubernetes.io/version: 1.0.0 } }
spec:
  description: Says.
  tasks: [{ name: one, taskRef: { name: good } }]
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-lint-'));
  registry = await startRegistry();
  vi.stubEnv('REGISTRY_AUTH_FILE', join(folder, 'none.json'));
  vi.stubEnv('DOCKER_CONFIG', join(folder, 'none'));
  await writeFile(file('good.yaml'), good('good', step));
  await writeFile(file('pasted.yaml'), good('pasted', pasted));
  await writeFile(file('pipeline.yaml'), pipeline);
  await writeFile(file('other.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await registry.stop();
  await rm(folder, { recursive: true });
});

test('a pipeline is checked against the tasks beside it', async () => {
  const { code, stdout, stderr } = await lint(
    file('good.yaml'),
    file('pipeline.yaml'),
    '--waive',
    'recommended-annotation',
  );

  expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
  expect(stdout).toContain('error: Pipeline/all: task one, params: ');
});

test('an object that is as it should be has notes at most', async () => {
  const { code, stdout } = await lint(file('good.yaml'));

  expect(code).toBe(0);
  expect(stdout).toContain('note: Task/good: metadata.annotations: there is no annotation tekton.dev/tags');
  expect(stdout).toContain('1 objects: 0 errors, 0 warnings, 2 notes\n');
});

test('a directory is read with all that is in it', async () => {
  await mkdir(file('all/tasks'), { recursive: true });
  await writeFile(file('all/tasks/good.yaml'), good('good', step));
  await writeFile(file('all/pasted.yaml'), good('pasted', pasted));

  expect((await lint(file('all'))).stdout).toContain('2 objects: 0 errors, 1 warnings');
});

test('a warning is told by file, object and step, and as JSON by its path, too', async () => {
  const plain = await lint(file('pasted.yaml'));
  const json = await lint(file('pasted.yaml'), '--output', 'json');

  expect([plain.code, json.code]).toEqual([1, 1]);
  expect(plain.stdout).toContain(
    `${file('pasted.yaml')}:10:131: warning: Task/pasted: step say, script: $(params.TEXT) is pasted`,
  );
  expect(JSON.parse(json.stdout)).toMatchObject({
    version: 1,
    findings: expect.arrayContaining([
      {
        source: `${file('pasted.yaml')}:1`,
        file: file('pasted.yaml'),
        line: 10,
        column: 131,
        object: 'Task/pasted',
        severity: 'warning',
        rule: 'script-params',
        path: 'spec.steps[0].script',
        place: 'step say, script',
        message: expect.stringContaining('pasted into the script'),
      },
    ]),
  });
});

test('GitHub gets an annotation beside the line, in which nothing of a name is a command', async () => {
  const { code, stdout } = await lint(file('pasted.yaml'), '--output', 'github');

  const [first = '', ...rest] = stdout.trimEnd().split('\n');
  expect(code).toBe(1);
  expect(first).toMatch(
    /^::warning file=[^,:]+pasted\.yaml,line=10,col=131,title=Task\/pasted \(script-params\)::step say, script: /,
  );
  expect(rest.slice(0, -1).every((line) => line.startsWith('::notice file='))).toBe(true);
  expect(rest.at(-1)).toMatch(/^1 objects: 0 errors, 1 warnings/);
});

test('a name or message of a stranger ends no annotation', () => {
  const strange = 'a,line=1::b\n::error::%0A';
  const finding = {
    source: strange,
    file: strange,
    line: 2,
    column: 3,
    object: strange,
    severity: 'note',
  } as const;

  const text = lintText('github', [{ ...finding, rule: 'x', path: '', place: '', message: strange }], 1);

  expect(text.split('\n')[0]).toBe(
    '::notice file=a%2Cline=1%3A%3Ab\\n%3A%3Aerror%3A%3A%250A,line=2,col=3,title=a%2Cline=1%3A%3Ab\\n%3A%3Aerror%3A%3A%250A (x)::a,line=1::b\\n::error::%250A',
  );
});

test('SARIF is as its schema has it, and leads to the line', async () => {
  const { stdout } = await lint(file('pasted.yaml'), '--output', 'sarif');

  const log = JSON.parse(stdout);
  const validate = new Ajv({ allErrors: true }).compile(sarifSchema);
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  const [{ tool, results }] = log.runs;
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(results).toContainEqual(
    expect.objectContaining({
      ruleId: 'script-params',
      level: 'warning',
      locations: [
        expect.objectContaining({
          physicalLocation: {
            artifactLocation: { uri: file('pasted.yaml') },
            region: { startLine: 10, startColumn: 131 },
          },
        }),
      ],
    }),
  );
});

test('what is waived is not told; a waiver of nothing is a wrong command line', async () => {
  const waived = await lint(file('pasted.yaml'), '--waive', 'script-params');
  const idle = await lint(file('pasted.yaml'), '--waive', 'secret-env');

  expect(waived.code).toBe(0);
  expect(waived.stdout).not.toContain('script-params');
  expect(idle).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('no finding of secret-env'),
  });
});

test('what needs a flag that the cluster does not have is an error', async () => {
  const redirected = step.replace('args:', 'stdoutConfig: { path: /a }, args:');
  await writeFile(file('redirected.yaml'), good('redirected', redirected));

  const anywhere = await lint(file('redirected.yaml'));
  const there = await lint(file('redirected.yaml'), '--feature-flag', 'enable-api-fields=beta');

  expect([anywhere.code, there.code]).toEqual([0, 4]);
  expect(there.stdout).toContain('requires "enable-api-fields" feature gate to be "alpha" but it is "beta"');
});

test('a bundle in a registry is read', async () => {
  const reference = `${registry.host}/test/lint:1`;
  await cli('bundle', 'push', reference, file('pasted.yaml'));

  const { code, stdout } = await lint(reference);

  expect(code).toBe(1);
  expect(stdout).toContain(`${reference}: warning: Task/pasted: step say, script: `);
});

test('bundle list tells the warnings, and its JSON all findings', async () => {
  const plain = await cli('bundle', 'list', file('pasted.yaml'));
  const json = await cli('bundle', 'list', file('pasted.yaml'), '-o', 'json');

  expect(plain.stderr).toContain('warning: Task/pasted: step say, script: $(params.TEXT) is pasted');
  expect(plain.stderr).not.toContain('note:');
  expect(JSON.parse(json.stdout).findings).toContainEqual(expect.objectContaining({ rule: 'script-params' }));
});

test.for([
  ['nothing of Tekton', ['other.yaml'], 4, 'it has no object of Tekton'],
  ['no file', ['nothere.yaml'], 4, 'there is no file'],
] as const)('%s is an error', async ([, [name], code, message]) => {
  expect(await lint(file(name))).toMatchObject({
    code,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});

function lint(...args: readonly string[]) {
  return cli('lint', ...args);
}

function cli(...args: readonly string[]) {
  return captured(() => main(args));
}
