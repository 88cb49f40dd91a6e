import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import { run } from '#lib/process';
import { bundleCli } from './bundle-cli.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'bundle-cli-'));
const bundle = join(scratch, 'bundle');
const runs = join(scratch, 'runs');

beforeAll(async () => {
  await bundleCli('lib/cli/main.ts', bundle, { root });
  writeFileSync(join(bundle, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(scratch, { recursive: true }));

test('The bundled command runs a pipeline, describes it, and resumes it.', async () => {
  writeFileSync(
    join(scratch, 'ci.yaml'),
    `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ci}
spec:
  pipelineSpec:
    tasks:
    - name: make
      taskSpec: {results: [{name: word}], steps: [{name: s, image: any, script: "printf made > $(results.word.path)"}]}
    - name: use
      when: [{cel: "'$(tasks.make.results.word)' == 'made'"}]
      taskSpec: {steps: [{name: s, image: any, script: "echo got $(tasks.make.results.word)"}]}`,
  );
  const ci = [
    'run',
    '-f',
    join(scratch, 'ci.yaml'),
    '--image-map',
    '*=rootfs:/',
    '--feature-flag',
    'enable-cel-in-whenexpression=true',
  ];

  const first = await call([...ci, '--runs-directory', runs]);
  const described = await call(['runs', 'describe', 'ci', '--runs-directory', runs]);
  const resumed = await call([...ci, '--runs-directory', runs, '--from', 'use', '--from-run', 'ci']);

  expect(first.stdout).toContain('[use : s] got made\n');
  expect(described.stdout).toMatch(/make +ci-make .*Succeeded/);
  expect(resumed.stdout).toContain('[make] not run: taken from run ci\n');
});

test.for([['render'], ['publish'], ['bundle', 'diff'], ['compose', 'fixture'], ['completion']])(
  'The bundled command has %j.',
  async (command) => {
    const { stdout } = await call([...command, '--help']);
    expect(stdout).toContain(`Usage: bootc-catalog ${command.join(' ')}`);
  },
);

test('A CommonJS package that is imported late is refused.', async () => {
  const entry = join(scratch, 'late', 'main.ts');
  mkdirSync(join(scratch, 'late'));
  writeFileSync(join(scratch, 'late', 'words.cjs'), 'exports.word = 1;');
  writeFileSync(entry, "export const main = async () => (await import('./words.cjs')).word;");

  const refused = bundleCli(entry, join(scratch, 'refused'), { root });

  await expect(refused).rejects.toThrow(ExpectedError);
  await expect(refused).rejects.toThrow(/main\.ts imports \.\/words\.cjs late, which is CommonJS/);
});

async function call(args: readonly string[]) {
  const start = `import { main } from ${JSON.stringify(join(bundle, 'main.js'))}; await main(${JSON.stringify(args)});`;
  return run(process.execPath, ['--input-type=module', '-e', start]);
}
