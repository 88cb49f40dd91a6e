import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleSteps } from '#lib/bundle-steps';
import { collect, createMemoryTarget, type Layer, openLayer } from '#lib/oci';
import { readTar } from '#lib/rootfs';
import { packCompiledCode, packSteps } from './steps-layer.ts';

let scratch: string;
const zone = process.env.TZ;
const mask = process.umask();

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'steps-layer-'));
});

afterEach(() => {
  process.umask(mask);
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

afterAll(() => rm(scratch, { recursive: true }));

test('two builds in other folders, time zones, years and with another umask give the same layer', async () => {
  process.umask(0o022);
  process.env.TZ = 'Pacific/Auckland';
  const one = await packSteps(await build('one'));
  process.umask(0o077);
  process.env.TZ = 'America/Los_Angeles';
  const directory = await build('in/another/folder');
  await utimes(join(directory, 'task/step.js'), 1, 1);
  const other = await packSteps(directory);

  expect(other.descriptor).toEqual(one.descriptor);
  expect(other.diffId).toBe(one.diffId);
  expect(Buffer.from(await tarOf(other)).includes(scratch)).toBe(false);
});

test('has the steps where their launchers look for Node, and nothing that belongs to one architecture', async () => {
  const directory = await build('whole');
  await writeFile(join(directory, 'node'), 'a program');
  await writeFile(join(directory, 'task/step.abc.v24.0.0.cache'), 'compiled');

  const files = await filesOf(await packSteps(directory));

  expect(files).toEqual([
    ['usr/libexec/bootc-catalog/task/', 'directory', 0o755],
    ['usr/libexec/bootc-catalog/task/step', 'file', 0o755],
    ['usr/libexec/bootc-catalog/task/step.js', 'file', 0o644],
  ]);
});

test('puts compiled code, and that alone, beside the steps', async () => {
  const directory = join(scratch, 'compiled');
  await mkdir(join(directory, 'task'), { recursive: true });
  await writeFile(join(directory, 'task/step.abc.v24.0.0.cache'), 'compiled');
  await writeFile(join(directory, 'task/else'), 'not compiled');
  await chmod(join(directory, 'task/step.abc.v24.0.0.cache'), 0o600);

  const files = await filesOf(await packCompiledCode(directory));

  expect(files).toEqual([
    ['usr/libexec/bootc-catalog/task/', 'directory', 0o755],
    ['usr/libexec/bootc-catalog/task/step.abc.v24.0.0.cache', 'file', 0o644],
  ]);
});

/** Bundles a step from a checkout of its own, as `make build` does. */
async function build(name: string): Promise<string> {
  const checkout = join(scratch, name);
  await mkdir(join(checkout, 'src'), { recursive: true });
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }');
  await writeFile(join(checkout, 'runner.ts'), 'export const runStep = (step: () => void) => step();');
  await writeFile(join(checkout, 'src/helper.ts'), 'export const greet = (): void => console.log("hello");');
  const file = join(checkout, 'src/step.ts');
  await writeFile(file, `import { greet } from './helper.ts';\nexport default greet;`);
  const out = join(checkout, 'dist');
  await mkdir(out);
  await bundleSteps([{ name: 'task/step', file }], out, {
    root: checkout,
    runner: join(checkout, 'runner.ts'),
  });
  return out;
}

async function tarOf({ descriptor, diffId, content }: Layer): Promise<Uint8Array> {
  const target = createMemoryTarget();
  await target.push(descriptor, content);
  return collect(openLayer(target, descriptor, { diffId }));
}

async function filesOf(layer: Layer): Promise<unknown[]> {
  const tar = await tarOf(layer);
  const files: unknown[] = [];
  await readTar(Readable.from([tar]), ({ path, flag, mode }) => {
    files.push([path.toString(), flag === '5' ? 'directory' : 'file', mode]);
  });
  return files;
}
