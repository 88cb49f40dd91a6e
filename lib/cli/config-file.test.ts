import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { captured } from '#test/captured';
import { program, runCommandLine } from './command-line.ts';
import { withConfigured } from './config-file.ts';
import { readConfigText } from './options/config-text.ts';

let directory: string;
let file: string;
const root = await program(undefined);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'config-'));
  file = join(directory, 'config.yaml');
});
afterAll(() => rm(directory, { recursive: true }));

const configured = async (yaml: string, ...argv: readonly string[]) => {
  return withConfigured(argv, root, { file, text: yaml });
};

test('options of the file stand before those of the command line, which so have the last word', async () => {
  const yaml = `
run:
  network: host
  local-steps: true
  catalog: false
  parallel: 2
  image-map: ['a=b', '*=rootfs:/']
  param: {who: me}
runs list: {last: 5}`;

  expect(await configured(yaml, 'run', 'ci.yaml', '--network', 'pod')).toEqual([
    'run',
    '--network=host',
    '--local-steps',
    '--parallel=2',
    '--image-map=a=b',
    '--image-map=*=rootfs:/',
    '--param=who=me',
    'ci.yaml',
    '--network',
    'pod',
  ]);
  expect(await configured(yaml, 'runs', 'ls')).toEqual(['runs', 'list', '--last=5']);
  expect(await configured(yaml, 'runs', 'logs')).toEqual(['runs', 'logs']);
  expect(await configured(yaml, '--help')).toEqual(['--help']);
  expect(await configured('', 'run')).toEqual(['run']);
});

test('a file that is not there is only missed where it was named', async () => {
  expect(readConfigText({ XDG_CONFIG_HOME: directory })).toBeUndefined();
  expect(readConfigText({ BOOTC_CATALOG_CONFIG: '' })).toBeUndefined();
  expect(() => readConfigText({ BOOTC_CATALOG_CONFIG: join(directory, 'none') })).toThrow('cannot read');
  await mkdir(join(directory, 'bootc-catalog'));
  await writeFile(join(directory, 'bootc-catalog/config.yaml'), 'run: {}');
  expect(readConfigText({ XDG_CONFIG_HOME: directory })).toMatchObject({ text: 'run: {}' });
});

test('the command line is read with it', async () => {
  await writeFile(file, 'version: {output: json}');
  vi.stubEnv('BOOTC_CATALOG_CONFIG', file);
  const { stdout } = await captured(() => runCommandLine(['version'], undefined));
  vi.unstubAllEnvs();

  expect(JSON.parse(stdout)).toHaveProperty('version');
});

test.for([
  ['run: {netwrk: host}', 'run has no option netwrk'],
  ['run: {catalog: 3}', 'catalog: expected true or false'],
  ['run: {network: {a: {b: c}}}', 'network: expected a text'],
  ['run: host', 'run: expected options by their names'],
  ['- run', 'expected commands, each with its options'],
  ['run: {', 'is not YAML'],
] as const)('%s is refused', async ([yaml, message]) => {
  await expect(configured(yaml, 'run')).rejects.toThrow(
    expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
  );
});
