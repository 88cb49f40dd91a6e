import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { bundleSteps, NODE_FLAG } from './bundle-steps.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'steps-'));
let count = 0;

beforeAll(() => {
  write('runner.ts', 'export async function runStep(step: { run(): void }) { step.run(); }');
  write('package.json', '{ "type": "commonjs" }');
});

afterAll(() => rmSync(scratch, { recursive: true }));

test('gives an executable that runs the step', async () => {
  const { directory } = await bundle('export default { run() { console.log(process.argv[2]); } };');

  const { stdout } = await start(directory, 'argument');

  expect(stdout).toBe('argument\n');
  expect(statSync(join(directory, 'task/step')).mode & 0o111).toBe(0o111);
  expect(readFileSync(join(directory, 'task/step'), 'utf8')).toMatch(
    /^#!\/usr\/libexec\/bootc-catalog\/node --min-semi-space-size=4\n/,
  );
});

test('gives the same bytes for the same sources, and none of this machine in them', async () => {
  const source = `import { run } from '${root}/lib/process/index.ts'; export default { run };`;

  const first = await bundle(source);
  const second = await bundle(source);

  const bytes = readFileSync(join(first.directory, 'task/step.js'), 'utf8');
  expect(readFileSync(join(second.directory, 'task/step.js'), 'utf8')).toBe(bytes);
  expect(bytes).not.toContain(root);
});

test('puts what is loaded late into the bundle', async () => {
  const { directory } = await bundle(
    `export default { async run() {
       const { findProgram } = await import('${root}/lib/process/index.ts');
       console.log(findProgram.name);
     } };`,
  );

  const { stdout } = await start(directory);

  expect(stdout).toBe('findProgram\n');
});

test('leaves compiled code behind at the first run and runs from it afterwards', async () => {
  const { directory, cache } = await bundle('export default { run() { console.log("cached"); } };');

  await start(directory);
  const written = statSync(join(directory, cache)).mtimeMs;
  const { stdout } = await start(directory);

  expect(stdout).toBe('cached\n');
  expect(statSync(join(directory, cache)).mtimeMs).toBe(written);
});

test('a step as it really runs takes the code that its first run compiled', async () => {
  const file = join(root, 'tasks/sanity-check/check.ts');
  const directory = join(scratch, 'real');
  const step = { name: 'sanity-check/check', file };
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }');
  const { caches } = await bundleSteps([step], directory, { root });
  const cache = join(directory, caches.get(step) ?? '');
  const help = () => run(process.execPath, [NODE_FLAG, join(directory, step.name), '--help']);

  await help();
  const { ino, mtimeMs } = statSync(cache);
  await help();

  // A cache that V8 refuses is written again.
  expect(statSync(cache)).toMatchObject({ ino, mtimeMs });
});

test('compiles at the first run what only later ones call', async () => {
  const functions = Array.from({ length: 500 }, (_, index) => `(x) => x + ${index}`).join();
  const source = `
    const work = () => [${functions}].map((f) => f(1));
    export default { run() { if (process.argv[2] === 'work') work(); } };`;
  const [idle, busy] = [await bundle(source), await bundle(source)];

  await start(idle.directory, 'help');
  await start(busy.directory, 'work');

  const size = ({ directory, cache }: typeof idle) => statSync(join(directory, cache)).size;
  expect(size(idle) / size(busy)).toBeGreaterThan(0.9);
});

test('who starts a step without the flag leaves the code of those who have it alone', async () => {
  const { directory, cache } = await bundle('export default { run() { console.log("whole"); } };');
  await run(process.execPath, [NODE_FLAG, join(directory, 'task/step')]);
  const before = readFileSync(join(directory, cache));

  const { stdout } = await start(directory);

  expect(stdout).toBe('whole\n');
  expect(readFileSync(join(directory, cache))).toEqual(before);
});

test('never runs the compiled code of another bundle of the same length', async () => {
  const { directory } = await bundle('export default { run() { console.log("one"); } };');
  await start(directory);
  await bundle('export default { run() { console.log("two"); } };', directory);

  const { stdout } = await start(directory);

  expect(stdout).toBe('two\n');
});

test('runs without its compiled code when that is damaged', async () => {
  const { directory, cache } = await bundle('export default { run() { console.log("whole"); } };');
  await start(directory);
  writeFileSync(join(directory, cache), 'damaged');

  const { stdout } = await start(directory);

  expect(stdout).toBe('whole\n');
});

test('leaves nothing but compiled code behind when many first runs meet', async () => {
  const { directory, cache } = await bundle('export default { run() {} };');

  await Promise.all([1, 2, 3, 4].map(() => start(directory)));

  expect(readdirSync(join(directory, 'task')).sort()).toEqual([
    'step',
    cache.slice('task/'.length),
    'step.js',
  ]);
});

test('refuses a source that cannot be bundled', async () => {
  await expect(bundle("import '#lib/no-such-layer'; export default {};")).rejects.toThrow('no-such-layer');
});

async function bundle(
  source: string,
  directory = join(scratch, `out-${count++}`),
): Promise<{ directory: string; cache: string }> {
  mkdirSync(directory, { recursive: true });
  const step = { name: 'task/step', file: write('step.ts', source) };
  const { caches } = await bundleSteps([step], directory, { root, runner: join(scratch, 'runner.ts') });
  return { directory, cache: caches.get(step) ?? '' };
}

function start(directory: string, ...args: string[]) {
  return run(process.execPath, [join(directory, 'task/step'), ...args]);
}

function write(name: string, text: string): string {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
}
