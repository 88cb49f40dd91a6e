import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRegistryClient, type Descriptor, type Repository } from '#lib/oci';
import { carryOut, createLimits, planPromotion } from '#lib/promote';
import { pushResults } from '#lib/release';
import { captured } from '#test/captured';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { dataObject } from '#test/release/custom-resources';
import { promotionOf, repositoryAt } from '#test/release/promotions';
import { pushSmallImage, pushTagged } from '#test/release/small-images';
import { main } from '../main.ts';

let registry: Registry;
let proxy: FaultProxy;
let folder: string;
let count = 0;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  folder = await mkdtemp(join(tmpdir(), 'cli-release-undo-'));
});
beforeEach(() => {
  count++;
});
afterEach(() => {
  proxy.fault = () => undefined;
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
  await rm(folder, { recursive: true });
});

/** A release by the parts of the task push-snapshot: `a` and `b` move, `new` is made. The commands come by the proxy. */
async function released(architectures: readonly string[] = ['amd64']) {
  const to = repositoryAt(`${proxy.host}/target/${count}`);
  const source = repositoryAt(`${proxy.host}/source/${count}`);
  const olds: Record<string, Descriptor> = {};
  for (const tag of ['a', 'b']) olds[tag] = await pushTagged(to, tag, `old ${tag}`);
  const { root } = await pushSmallImage(source, { content: `image ${count}`, architectures, size: 100 });
  using client = createRegistryClient({ credentials: async () => undefined });
  const limits = createLimits(20);
  const plan = await planPromotion(client, [promotionOf(source, root, [to], { tags: ['a', 'b', 'new'] })], {
    limits,
  });
  await carryOut(plan, { limits });
  const results = pushResults(plan);
  return { to, root, olds, results, path: await written(results) };
}

async function written(content: object): Promise<string> {
  const path = join(folder, `${count}.json`);
  await writeFile(path, JSON.stringify(content));
  return path;
}

function release(...args: readonly string[]) {
  return captured(() => main(['release', ...args]));
}

async function tagsOf(to: Repository): Promise<Readonly<Record<string, string>>> {
  const tags = ['a', 'b', 'new'];
  return Object.fromEntries(
    await Promise.all(tags.map(async (tag) => [tag, (await to.resolve(tag)).digest])),
  );
}

test('the way back is shown without a change, made, and then there is nothing to do', async () => {
  const { to, root, olds, path } = await released();
  const before = await tagsOf(to);

  const shown = await release('plan', '--undo', path, '-o', 'json');
  const unchanged = await tagsOf(to);
  const made = await release('undo', path);
  const again = await release('undo', path);
  const shownAgain = await release('plan', '--undo', path);

  expect(shown.code).toBe(8);
  const row = (tag: string) => ({
    component: 'image',
    kind: 'image',
    repository: to.name,
    tag,
    from: root.digest,
    to: olds[tag]?.digest,
    toDo: 'move',
  });
  expect(JSON.parse(shown.stdout)).toEqual({
    version: 1,
    tags: [row('a'), row('b')],
    stay: [{ component: 'image', url: `${to.name}:new`, digest: root.digest }],
  });
  expect(unchanged).toEqual(before);
  const stays = `${to.name}:new was new with the release, and stays: ${root.digest}`;
  const lines = (line: (tag: string) => string) => `${[line('a'), line('b'), stays].join('\n')}\n`;
  expect(made).toEqual({
    code: 0,
    stderr: '',
    stdout: lines((tag) => `${to.name}:${tag} moved from ${root.digest} to ${olds[tag]?.digest}`),
  });
  expect(await tagsOf(to)).toEqual({ a: olds.a?.digest, b: olds.b?.digest, new: root.digest });
  expect(again).toEqual({
    code: 0,
    stderr: '',
    stdout: lines((tag) => `${to.name}:${tag} is ${olds[tag]?.digest} already`),
  });
  expect(shownAgain.code).toBe(0);
  expect(shownAgain.stdout).toMatch(/ nothing$/m);
  expect(shownAgain.stdout).toContain(stays);
});

test('a Release as the cluster has it says the same as the results', async () => {
  const { to, olds, results, root } = await released();
  const status = { artifacts: { ...results, other: 1 } };
  const path = await written(dataObject({}, 'Release', { status }));

  const { code } = await release('undo', path);

  expect(code).toBe(0);
  expect(await tagsOf(to)).toEqual({ a: olds.a?.digest, b: olds.b?.digest, new: root.digest });
});

test('what somebody has moved since lets nothing move', async () => {
  const { to, root, path } = await released();
  const theirs = await pushTagged(to, 'b', 'theirs');

  const { stdout, stderr, code } = await release('undo', path);

  expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
  expect(stderr).toContain(`${to.name}:b cannot go back: the release made it ${root.digest}`);
  expect(await tagsOf(to)).toEqual({ a: root.digest, b: theirs.digest, new: root.digest });
});

test('platforms are lost only where that is said', async () => {
  const { to, olds, root, path } = await released(['amd64', 's390x']);

  const refused = await release('undo', path);
  const unchanged = await tagsOf(to);
  const shown = await release('plan', '--undo', path, '--allow-fewer-platforms');
  const allowed = await release('undo', path, '--allow-fewer-platforms');

  expect([refused.code, shown.code, allowed.code]).toEqual([4, 8, 0]);
  expect(refused.stderr).toContain('has linux/s390x now');
  expect(unchanged).toEqual({ a: root.digest, b: root.digest, new: root.digest });
  expect(await tagsOf(to)).toMatchObject({ a: olds.a?.digest, b: olds.b?.digest });
});

test('one that ends midway says which tags have moved, and another one does the rest', async () => {
  const { to, olds, root, path } = await released();
  proxy.fault = ({ method, path: asked }) =>
    method === 'PUT' && asked.endsWith('/b') ? { kind: 'answer', status: 403 } : undefined;

  const { stdout, stderr, code } = await release('undo', path);
  const midway = await tagsOf(to);
  proxy.fault = () => undefined;
  const again = await release('undo', path);

  expect(code).toBe(3);
  expect(stdout).toBe(`${to.name}:a moved from ${root.digest} to ${olds.a?.digest}\n`);
  expect(stderr).toContain(
    `the way back ended midway: moved: ${to.name}:a (was ${root.digest}); not moved: ${to.name}:b`,
  );
  expect(stderr).toContain('hint: undo it again');
  expect(midway).toEqual({ a: olds.a?.digest, b: root.digest, new: root.digest });
  expect(again.code).toBe(0);
  expect(await tagsOf(to)).toMatchObject({ a: olds.a?.digest, b: olds.b?.digest });
});

test('one that is interrupted says which tags have moved', async () => {
  const { to, olds, root, path } = await released();
  let isAsked = false;
  proxy.fault = ({ method, path: asked }) => {
    if (isAsked || method !== 'PUT' || !asked.endsWith('/b')) return undefined;
    isAsked = true;
    process.emit('SIGINT');
    return { kind: 'silence' };
  };

  const { stderr, code } = await release('undo', path);

  expect(code).toBe(130);
  expect(stderr).toContain(
    `the way back ended midway: moved: ${to.name}:a (was ${root.digest}); not known: ${to.name}:b`,
  );
  expect(stderr).toMatch(/^error: cancelled$/m);
  expect(await tagsOf(to)).toEqual({ a: olds.a?.digest, b: root.digest, new: root.digest });
});
