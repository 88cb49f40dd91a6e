import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  companionTag,
  copy,
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  findTag,
  type RegistryClient,
  type Repository,
} from '#lib/oci';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { promote, promotionOf, repositoryAt } from '#test/release/promotions';
import { pushSmallImage, pushTagged, type SmallImageChoice } from '#test/release/small-images';
import { carryOut, createLimits, type Promotion, planPromotion } from './index.ts';

let staging: Registry;
let production: Registry;
let proxy: FaultProxy;
let client: RegistryClient;
let count = 0;

beforeAll(async () => {
  [staging, production] = await Promise.all([startRegistry(), startRegistry()]);
  proxy = await startFaultProxy(production.host);
});
beforeEach(() => {
  count++;
  proxy.fault = () => undefined;
  client = createRegistryClient({
    credentials: async () => undefined,
    retry: { attempts: 3, delay: 1, maxDelay: 20 },
    idleTimeout: 2_000,
  });
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all([staging.stop(), production.stop()]);
});

const limits = createLimits(20);

test('everything of an image goes to each repository before any tag, and each tag names it then', async () => {
  const [a, b] = [target('a'), target('b')];
  const { source, image } = await example({
    content: 'all of it',
    companions: ['sig', 'att', 'sbom'],
    memberCompanions: ['sig'],
    sourceContainer: true,
    referrers: true,
  });
  const from = proxy.seen.length;

  await release([promotionOf(source, image.root, [a, b], { tags: ['43', 'latest'], referrers: true })]);

  const writes = proxy.seen.slice(from).filter(({ method }) => method === 'PUT' || method === 'POST');
  const isTag = ({ path }: { path: string }) => /manifests\/(?!sha256[:-])|manifests\/sha256-.*\./.test(path);
  expect(writes.findIndex(isTag)).toBe(writes.findLastIndex((write) => !isTag(write)) + 1);
  for (const { name } of [a, b]) {
    const there = direct(name);
    for (const tag of ['43', 'latest']) expect((await there.resolve(tag)).digest).toBe(image.root.digest);
    for (const suffix of ['sig', 'att', 'sbom'] as const) {
      const tag = companionTag(image.root.digest, suffix);
      expect((await there.resolve(tag)).digest).toBe((await source.resolve(tag)).digest);
    }
    for (const { digest } of image.members) await there.resolve(companionTag(digest, 'sig'));
    const sources = ['43-source', 'latest-source', companionTag(image.root.digest, 'src')];
    const digests = await Promise.all(sources.map(async (tag) => (await there.resolve(tag)).digest));
    expect(new Set(digests).size).toBe(1);
    const [about] = await there.referrers(image.members[0] as Descriptor);
    expect(await there.referrers(about as Descriptor)).toHaveLength(1);
    await expectWhole(there, image.root);
  }
});

test('what is all there already takes one request for each tag and for the source', async () => {
  const to = target('a');
  const { source, image } = await example({ content: 'there', companions: ['sig'] });
  const wanted = [promotionOf(source, image.root, [to], { tags: ['1', '2', '3'] })];
  await release(wanted);
  const from = proxy.seen.length;

  const plan = await release(wanted);

  expect(proxy.seen.slice(from).map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD']);
  expect(plan.tags.every(({ what }) => what === 'there')).toBe(true);
});

test('a blob goes to a registry once, and is mounted in its other repositories', async () => {
  const [a, b, c] = [target('a'), target('b'), target('c')];
  const { source, image } = await example({ content: 'shared' });
  const wanted = (targets: readonly Repository[]) => [
    promotionOf(source, image.root, targets, { tags: ['1'] }),
  ];
  const from = proxy.seen.length;

  await release(wanted([a, b]));
  // A later release finds it in a repository of the same registry.
  await release(wanted([a, b, c]));

  const uploads = proxy.seen
    .slice(from)
    .filter(({ method, path }) => method === 'PUT' && path.includes('/blobs/'));
  const digests = uploads.map(({ path }) => new URL(path, 'http://x').searchParams.get('digest'));
  expect(new Set(digests).size).toBe(digests.length);
  await expectWhole(direct(c.name), image.root);
});

test('of two components one fails, and no tag of either has moved', async () => {
  const [a, b] = [target('a'), target('b')];
  const good = await example({ content: 'good' });
  const bad = await example({ content: 'bad' });
  const old = await pushTagged(direct(a.name), 'latest', 'old');
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.includes(`/b/${count}/manifests/`) ? { kind: 'answer', status: 400 } : undefined;

  const failure = release([
    promotionOf(good.source, good.image.root, [a], { tags: ['latest', 'new'] }),
    promotionOf(bad.source, bad.image.root, [b], { tags: ['latest'] }),
  ]);

  await expect(failure).rejects.toThrow('the release ended midway: no tag has moved');
  expect((await direct(a.name).resolve('latest')).digest).toBe(old.digest);
  expect(await findTag(direct(a.name), 'new')).toBeUndefined();
});

test('no existing tag moves before every new one is written; the message says which have, and another release ends it', async () => {
  const [a, b] = [target('a'), target('b')];
  const { source, image } = await example({ content: 'midway' });
  const old = await pushTagged(direct(a.name), 'latest', 'old');
  await pushTagged(direct(b.name), 'latest', 'old');
  const wanted = [promotionOf(source, image.root, [a, b], { tags: ['1', 'latest'] })];
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.endsWith(`b/${count}/manifests/1`) ? { kind: 'answer', status: 403 } : undefined;

  await expect(release(wanted)).rejects.toThrow(`moved: ${a.name}:1 (new); not moved: `);
  expect((await direct(a.name).resolve('latest')).digest).toBe(old.digest);
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.endsWith(`b/${count}/manifests/latest`)
      ? { kind: 'answer', status: 403 }
      : undefined;
  await expect(release(wanted)).rejects.toThrow(
    `moved: ${a.name}:latest (was ${old.digest}), ${b.name}:1 (new); not moved: ${b.name}:latest`,
  );
  proxy.fault = () => undefined;
  await release(wanted);
  for (const to of [a, b]) expect((await direct(to.name).resolve('latest')).digest).toBe(image.root.digest);
});

test.for([
  ['manifest', (path: string) => path.includes('/manifests/sha256:')],
  ['blob', (path: string) => path.includes('/blobs/sha256:')],
] as const)('a registry that takes a %s and loses it moves no tag', async ([, isLost]) => {
  const to = target('a');
  const { source, image } = await example({ content: 'lost' });
  let isWritten = false;
  proxy.fault = ({ method, path }) => {
    if (method === 'PUT' && path.includes(`manifests/${image.root.digest}`)) isWritten = true;
    return isWritten && method !== 'PUT' && isLost(path) ? { kind: 'answer', status: 404 } : undefined;
  };

  const failure = release([promotionOf(source, image.root, [to], { tags: ['1'] })]);

  await expect(failure).rejects.toThrow('no tag has moved');
  await expect(failure).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/has taken sha256:.*, and does not have it/) },
  });
  expect(await findTag(direct(to.name), '1')).toBeUndefined();
});

test('a tag that somebody else moves after the plan is left to them', async () => {
  const to = target('a');
  const { source, image } = await example({ content: 'ours' });
  await pushTagged(direct(to.name), 'latest', 'old');
  const plan = await planPromotion(client, [promotionOf(source, image.root, [to], { tags: ['latest'] })], {
    limits,
  });

  const theirs = await pushTagged(direct(to.name), 'latest', 'theirs');
  const failure = carryOut(plan, { limits });

  await expect(failure).rejects.toMatchObject({
    message: expect.stringContaining('no tag has moved'),
    cause: { message: expect.stringContaining(`is ${theirs.digest} now`) },
  });
  expect((await direct(to.name).resolve('latest')).digest).toBe(theirs.digest);
});

async function example(choice: SmallImageChoice) {
  const name = `${staging.host}/${choice.content.replaceAll(' ', '-')}/${count}`;
  const source = direct(name);
  return { source, image: await pushSmallImage(source, choice) };
}

function release(promotions: readonly Promotion[]) {
  return promote(client, promotions);
}

function target(name: string): Repository {
  return client.repository(`${proxy.host}/${name}/${count}`);
}

/** The same around the proxy. */
function direct(name: string): Repository {
  return repositoryAt(name.replace(proxy.host, production.host));
}

async function expectWhole(repository: Repository, root: Descriptor): Promise<void> {
  await copy(repository, createMemoryTarget(), { reference: root.digest });
}
