import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  companionTag,
  copy,
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  type Digest,
  findTag,
  packLayer,
  parseReference,
  pushImage,
  pushIndex,
  type RegistryClient,
  type Repository,
} from '#lib/oci';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { pushSmallImage, pushTagged, type SmallImageChoice } from '#test/release/small-images';
import { carryOut, createLimits, type Promotion, planPromotion, planTable } from './index.ts';

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

  await release([promotion(source, image.root, [a, b], { tags: ['43', 'latest'], referrers: true })]);

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
  const wanted = [promotion(source, image.root, [to], { tags: ['1', '2', '3'] })];
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
    promotion(source, image.root, targets, { tags: ['1'] }),
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
    promotion(good.source, good.image.root, [a], { tags: ['latest', 'new'] }),
    promotion(bad.source, bad.image.root, [b], { tags: ['latest'] }),
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
  const wanted = [promotion(source, image.root, [a, b], { tags: ['1', 'latest'] })];
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

  const failure = release([promotion(source, image.root, [to], { tags: ['1'] })]);

  await expect(failure).rejects.toThrow('no tag has moved');
  await expect(failure).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/has taken sha256:.*, and does not have it/) },
  });
  expect(await findTag(direct(to.name), '1')).toBeUndefined();
});

test('a tag that would lose a platform stays, unless it may', async () => {
  const to = target('a');
  const both = await example({ content: 'both', architectures: ['amd64', 's390x'] });
  const one = await example({ content: 'one', architectures: ['amd64'] });
  await release([promotion(both.source, both.image.root, [to], { tags: ['latest'] })]);
  const fewer = promotion(one.source, one.image.root, [to], { tags: ['new', 'latest'] });

  await expect(release([fewer])).rejects.toThrow(/:latest has linux\/s390x now, and would have it no more/);
  expect(await findTag(direct(to.name), 'new')).toBeUndefined();
  await release([{ ...fewer, mayLosePlatforms: true }]);
  expect((await direct(to.name).resolve('latest')).digest).toBe(one.image.root.digest);
});

test('an index in an index is refused by name', async () => {
  const { source, image } = await example({ content: 'inner' });
  const outer = await pushIndex(source, { manifests: [image.root] });

  const failure = release([promotion(source, outer, [target('a')], { tags: ['1'] })]);

  await expect(failure).rejects.toThrow(
    `${outer.digest} is an index with an index in it, ${image.root.digest}`,
  );
});

test('two components may not have one tag of one repository', async () => {
  const to = target('a');
  const [one, two] = [await example({ content: 'one' }), await example({ content: 'two' })];

  const failure = release([
    promotion(one.source, one.image.root, [to], { tags: ['latest'] }),
    { ...promotion(two.source, two.image.root, [to], { tags: ['latest'] }), component: 'other' },
  ]);

  await expect(failure).rejects.toThrow(
    `${to.name}:latest is to name two images: image (${one.image.root.digest})`,
  );
});

test('a source container must be there, may be, or is not looked for', async () => {
  const to = target('a');
  const without = await example({ content: 'without' });
  const wanted = promotion(without.source, without.image.root, [to], { tags: ['1'] });

  await expect(release([{ ...wanted, sourceContainer: 'required' }])).rejects.toThrow(
    `component image has no source container: there is no ${without.source.name}:`,
  );
  await release([wanted]);
  const having = await example({ content: 'with', sourceContainer: true });
  const own = promotion(having.source, having.image.root, [to], { tags: ['2'] });
  await release([{ ...own, sourceContainer: 'no' }]);

  expect(await findTag(direct(to.name), '1-source')).toBeUndefined();
  expect(await findTag(direct(to.name), '2-source')).toBeUndefined();
});

test('signatures that were added after a release stay; ones that would be lost are refused', async () => {
  const to = target('a');
  const { source, image } = await example({ content: 'signed' });
  const tag = companionTag(image.root.digest, 'sig');
  await signatures(source, tag, ['build']);
  await release([promotion(source, image.root, [to], { tags: ['1'] })]);
  const more = await signatures(direct(to.name), tag, ['build', 'release']);

  await release([promotion(source, image.root, [to], { tags: ['1', '2'] })]);

  expect((await direct(to.name).resolve(tag)).digest).toBe(more.digest);
  await signatures(source, tag, ['build', 'again']);
  const failure = release([promotion(source, image.root, [to], { tags: ['3'] })]);
  await expect(failure).rejects.toThrow(/has signatures that .* has not, and lacks some of its/);
});

test('only signatures, or nothing, go beside an image where that is said', async () => {
  const { source, image } = await example({ content: 'some', companions: ['sig', 'att', 'sbom'] });
  const [a, b] = [target('a'), target('b')];

  await release([promotion(source, image.root, [a], { tags: ['1'], companions: 'signatures' })]);
  await release([promotion(source, image.root, [b], { tags: ['1'], companions: 'none' })]);

  expect(await tagsOf(a)).toEqual(['1', companionTag(image.root.digest, 'sig')].sort());
  expect(await tagsOf(b)).toEqual(['1']);
});

test('a tag that somebody else moves after the plan is left to them', async () => {
  const to = target('a');
  const { source, image } = await example({ content: 'ours' });
  await pushTagged(direct(to.name), 'latest', 'old');
  const plan = await planPromotion(client, [promotion(source, image.root, [to], { tags: ['latest'] })], {
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

test('a source that is gone is named, and so is a registry that refuses us', async () => {
  const { source, image } = await example({ content: 'gone' });
  const gone = { ...image.root, digest: `sha256:${'0'.repeat(64)}` as Digest };

  await expect(release([promotion(source, gone, [target('a')], { tags: ['1'] })])).rejects.toThrow(
    `cannot resolve ${source.name}@${gone.digest}`,
  );
  proxy.fault = () => ({ kind: 'answer', status: 401 });
  await expect(release([promotion(source, image.root, [target('a')], { tags: ['1'] })])).rejects.toThrow(
    `cannot resolve ${target('a').name}:1`,
  );
});

test('what is no image is released as it is', async () => {
  const source = direct(`${staging.host}/artifact/${count}`);
  const layers = [await packLayer([{ path: 'x', content: 'x' }])];
  const single = await pushImage(source, { config: { os: 'linux', architecture: 's390x' }, layers });
  const to = target('a');

  const plan = await release([promotion(source, single, [to], { tags: ['1'] })]);

  expect(plan.components[0]?.platforms).toEqual([{ os: 'linux', architecture: 's390x' }]);
  expect(planTable(plan)).toMatch(
    /^COMPONENT +REPOSITORY +TAG +FROM +TO +TO DO\nimage .* 1 +- +sha256:\w{12} +write\n$/,
  );
});

async function example(choice: SmallImageChoice) {
  const name = `${staging.host}/${choice.content.replaceAll(' ', '-')}/${count}`;
  const source = direct(name);
  return { source, image: await pushSmallImage(source, choice) };
}

function promotion(
  source: Repository,
  root: Descriptor,
  targets: readonly Repository[],
  choice: Partial<Promotion> & { readonly tags: readonly string[] },
): Promotion {
  const { tags, ...rest } = choice;
  return {
    component: 'image',
    source: { ...parseReference(source.name), digest: root.digest },
    targets: targets.map(({ name }) => ({ repository: parseReference(name), tags })),
    companions: 'all',
    sourceContainer: 'if there',
    referrers: false,
    mayLosePlatforms: false,
    ...rest,
  };
}

async function release(promotions: readonly Promotion[]) {
  const plan = await planPromotion(client, promotions, { limits });
  await carryOut(plan, { limits });
  return plan;
}

function target(name: string): Repository {
  return client.repository(`${proxy.host}/${name}/${count}`);
}

/** The same around the proxy. */
function direct(name: string): Repository {
  return createRegistryClient({ credentials: async () => undefined }).repository(
    name.replace(proxy.host, production.host),
  );
}

async function expectWhole(repository: Repository, root: Descriptor): Promise<void> {
  await copy(repository, createMemoryTarget(), { reference: root.digest });
}

async function tagsOf({ name }: Repository): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of direct(name).tags()) tags.push(tag);
  return tags.sort();
}

/** As cosign keeps signatures: a layer for each. */
async function signatures(to: Repository, tag: string, names: readonly string[]): Promise<Descriptor> {
  const layers = await Promise.all(names.map((name) => packLayer([{ path: name, content: name }])));
  const root = await pushImage(to, { config: { os: '', architecture: '' }, layers });
  await to.tag(root, tag);
  return root;
}
