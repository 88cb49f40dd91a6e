import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type DefinedCatalog, defineCatalog } from '#lib/catalog';
import { run } from '#lib/process';
import { buildSteps } from './index.ts';

const lib = (name: string) => JSON.stringify(join(import.meta.dirname, '..', name, 'index.ts'));
let root: string;
let target: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-steps-'));
  target = join(root, 'dist/steps');
  onTestFinished(() => rmSync(root, { recursive: true }));
  write(
    'tasks/say/task.ts',
    `import { defineTask, Text } from ${lib('tekton')};
const steps = { it: { cpu: '1', memory: '1Gi', timeout: '1m', writes: ['SAID'] } };
export const task = defineTask({
  name: 'say', version: '0.1.0', description: 'Says.', params: { WHAT: Text }, results: { SAID: Text }, steps,
});`,
  );
  write(
    'tasks/say/it.ts',
    `import { implement } from ${lib('step')};
import { task } from './task.ts';
export default implement(task.steps.it, async ({ params }) => ({ SAID: params.WHAT + '!' }));`,
  );
});

test('the steps of a catalog run from where its image keeps them, with Node beside them', async () => {
  const count = await buildSteps(await catalog({ stepDirectory: '/opt/mine' }), target);

  const step = join(target, 'say/it');
  expect(count).toBe(1);
  expect(readFileSync(step, 'utf8')).toMatch(/^#!\/opt\/mine\/node --min-semi-space-size=4\n/);
  expect(statSync(target).mode & 0o777).toBe(0o755);
  expect(readdirSync(target).sort()).toEqual([
    'THIRD-PARTY-NOTICES',
    'node',
    'package.json',
    'packages.json',
    'say',
  ]);
  const results = join(root, 'results');
  await run(join(target, 'node'), [step, '--WHAT=a'], { env: { STEP_RESULTS: results } });
  expect(readFileSync(join(results, 'SAID'), 'utf8')).toBe('a!');
});

test('what was there is replaced, and stays as it is when a step cannot be bundled', async () => {
  await buildSteps(await catalog(), target);
  write('dist/steps/stray', '');
  const before = readFileSync(join(target, 'say/it.js'));

  write('tasks/say/it.ts', "import './nowhere.ts'; export default 1;");
  await expect(buildSteps(await catalog(), target)).rejects.toThrow('nowhere.ts');
  expect(readFileSync(join(target, 'say/it.js'))).toEqual(before);
  expect(readdirSync(dirname(target))).toEqual(['steps']);

  write('tasks/say/it.ts', 'export default { step: {}, run() {} };');
  await buildSteps(await catalog(), target).catch(() => undefined);
  expect(readdirSync(dirname(target))).toEqual(['steps']);
});

test('a directory that holds something else is not replaced', async () => {
  write('dist/steps/mine.txt', 'mine');

  await expect(buildSteps(await catalog(), target)).rejects.toThrow('is there and holds no steps');
  expect(existsSync(join(target, 'mine.txt'))).toBe(true);
});

test('a file in its place is not replaced', async () => {
  write('dist/steps', 'mine');

  await expect(buildSteps(await catalog(), target)).rejects.toThrow('is there and holds no steps');
  expect(readFileSync(target, 'utf8')).toBe('mine');
});

function catalog(options: { readonly stepDirectory?: string } = {}): Promise<DefinedCatalog> {
  const stepRunner = join(import.meta.dirname, '../step/index.ts');
  return defineCatalog({ root, stepImage: 'registry.example/steps:1', stepRunner, ...options });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
