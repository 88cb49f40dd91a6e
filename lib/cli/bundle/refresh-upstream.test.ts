import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readInterface, readUpstream, upstreamFile } from '#lib/catalog';
import type { Task } from '#lib/tekton';
import { captured } from '#test/captured';
import { type Registry, startRegistry } from '#test/registries/registry';
import { main } from '../main.ts';

let folder: string;
let registry: Registry;
let list: string;
const file = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-refresh-'));
  registry = await startRegistry();
  list = file('upstream.yaml');
  vi.stubEnv('REGISTRY_AUTH_FILE', file('none.json'));
  vi.stubEnv('DOCKER_CONFIG', file('none'));
  vi.stubEnv('XDG_CACHE_HOME', file('cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.stop();
  await rm(folder, { recursive: true });
});

/** A task as upstream publishes it. */
const task = (
  version: string,
  params: string,
  apiVersion = 'tekton.dev/v1',
  step = '',
) => `apiVersion: ${apiVersion}
kind: Task
metadata: { name: scan, labels: { app.kubernetes.io/version: "${version}" } }
spec:
  params: [${params}]
  results: [{ name: TEST_OUTPUT }]
  steps: [{ name: scan, image: "quay.io/a/b:1", script: echo ${step} }]
`;

test('what the pin has is written, with what has changed, and is then checked without asking anybody', async () => {
  await pinned(
    '0.3',
    task('0.3.4', '{ name: url }, { name: added, default: x }, { name: type, default: b }'),
  );

  const refreshed = await types('--refresh', list);

  expect(refreshed.code).toBe(0);
  expect(refreshed.stderr.split('\n')).toEqual(
    expect.arrayContaining([
      'scan 0.3.1 -> 0.3.4: params.gone: removed',
      'scan 0.3.1 -> 0.3.4: params.added: added',
      'scan 0.3.1 -> 0.3.4: params.type.default: default was "a", and is "b"',
    ]),
  );
  const [read] = readUpstream(await readFile(list, 'utf8'), list);
  const pin = read !== undefined && 'bundle' in read ? read.bundle.split('@')[1] : undefined;
  expect(read?.read).toMatchObject({ version: '0.3.4', from: pin });
  expect(pin).toBeDefined();
  await registry.stop();
  expect(await types('--refresh', '--check', list)).toMatchObject({
    code: 0,
    stdout: `${list}: 1 interfaces are those of their bundles\n`,
  });
});

test('a check writes nothing, and fails with what has changed', async () => {
  await pinned('0.3', task('0.3.4', '{ name: url }, { name: type, default: a }'));
  const before = await readFile(list, 'utf8');

  const { code, stderr } = await types('--refresh', '--check', list);

  expect(code).toBe(4);
  expect(stderr).toContain('is not what its bundles have:\n  scan 0.3.1 -> 0.3.4: params.gone: removed\n');
  expect(stderr).toContain('hint: run `bootc-catalog bundle types --refresh');
  expect(await readFile(list, 'utf8')).toBe(before);
});

test.for(['tekton.dev/v1', 'tekton.dev/v1beta1'])(
  'an interface of %s that is the same passes, whatever its steps are',
  async (apiVersion) => {
    await pinned('0.3', task('0.3.4', known, apiVersion, 'else'));

    expect(await types('--refresh', '--check', list)).toMatchObject({ code: 0, stderr: '' });
  },
);

test('a registry that does not answer is an error, unless that may be, and then it is told', async () => {
  await pinned('0.3', task('0.3.4', known));
  const before = await readFile(list, 'utf8');
  await registry.stop();

  const refreshed = await types('--refresh', list);
  const checked = await types('--refresh', '--check', list);
  const passed = await types('--refresh', '--check', '--if-reachable', list);

  expect([refreshed.code, checked.code, passed.code]).toEqual([3, 3, 0]);
  expect(refreshed.stderr).toContain('no answer from');
  expect(passed.stderr).toContain('1 of 1 interfaces not compared with their bundles: ');
  expect(passed.stdout).toBe('');
  expect(await readFile(list, 'utf8')).toBe(before);
}, 120_000);

test('a bundle that is gone is an error, also where a registry may be out of reach', async () => {
  await pinned('0.3', task('0.3.4', known));
  const text = await readFile(list, 'utf8');
  await writeFile(list, text.replace(/@sha256:\w+/, `@sha256:${'1'.repeat(64)}`));

  expect(await types('--refresh', '--check', '--if-reachable', list)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('cannot resolve'),
  });
});

test.for([
  [['--refresh', 'none.yaml'], 'there is no file none.yaml'],
  [['--check', '--if-reachable', 'x.gen.ts'], '--if-reachable is for --refresh --check'],
] as const)('%j is refused', async ([args, message]) => {
  expect(await types(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

const known = '{ name: url }, { name: gone, default: a }, { name: type, default: a }';

/** A list with the interface of 0.3.1, whose pin is a bundle of another text. */
async function pinned(tag: string, yaml: string): Promise<void> {
  const reference = `${registry.host}/upstream/task-scan`;
  await writeFile(file('scan.yaml'), yaml);
  const { stdout } = await captured(() => main(['bundle', 'push', `${reference}:${tag}`, file('scan.yaml')]));
  const digest = /sha256:\w{64}/.exec(stdout)?.[0];
  const bundle = `${reference}:${tag}@${digest}`;
  await writeFile(list, upstreamFile([{ ...readInterface(before, { bundle }, 'contract'), bundle }]));
}

const before: Task = {
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'scan', labels: { 'app.kubernetes.io/version': '0.3.1' } },
  spec: {
    params: [{ name: 'url' }, { name: 'gone', default: 'a' }, { name: 'type', default: 'a' }],
    results: [{ name: 'TEST_OUTPUT' }],
    steps: [{ name: 'unknown', image: 'unknown' }],
  },
};

function types(...args: readonly string[]) {
  return captured(() => main(['bundle', 'types', ...args]));
}
