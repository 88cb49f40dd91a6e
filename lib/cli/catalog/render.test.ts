import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';

const root = join(import.meta.dirname, '../../..');
const lib = JSON.stringify(join(root, 'lib/tekton/index.ts'));
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'render-'));
  writeFileSync(
    join(scratch, 'catalog.ts'),
    `import { definePipeline, defineTask } from ${lib};
const task = (name) => defineTask({
  name, version: '0.1.0', description: 'A task.', params: {}, results: {},
  steps: { only: { cpu: '1', memory: '1Gi', timeout: '1m' } },
});
export const tasks = [task('same'), task('other')];
export const pipelines = [definePipeline({
  name: 'same', version: '0.1.0', description: 'A pipeline.', params: {},
  body({ run }) { run('one', tasks[0], { params: {} }); run('two', tasks[1], { params: {} }); return {}; },
})];
export const stepImage = 'registry.example/steps:1';`,
  );
});
afterAll(() => rmSync(scratch, { recursive: true }));

test('a task and a pipeline of one name are both written', async () => {
  const all = await render();
  const same = await render('same');

  expect(kinds(all)).toEqual(['Task same', 'Task other', 'Pipeline same']);
  expect(kinds(same)).toEqual(['Task same', 'Pipeline same']);
});

test('into a directory, each into a file of its own', async () => {
  const out = join(scratch, 'out');

  await render('-d', out);

  expect(readdirSync(out).sort()).toEqual(['other.yaml', 'pipeline-same.yaml', 'task-same.yaml']);
});

test('a catalog whose packages are not installed says how they come', async () => {
  const path = join(scratch, 'bare.mjs');
  writeFileSync(path, "import 'there-is-no-such-package';\n");

  await expect(render('--catalog', path)).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining(`hint: npm install in ${scratch} brings the packages`),
  });
});

async function render(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(join(root, 'bin/bootc-catalog'), ['render', ...args], { cwd: scratch });
  return stdout;
}

function kinds(yaml: string): readonly string[] {
  return [...yaml.matchAll(/^kind: (?<kind>\w+)\nmetadata:\n {2}name: (?<name>\w+)/gm)].map(
    ({ groups }) => `${groups?.kind} ${groups?.name}`,
  );
}
