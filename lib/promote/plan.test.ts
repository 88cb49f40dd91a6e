import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  companionTag,
  createRegistryClient,
  type Descriptor,
  type Digest,
  findTag,
  packLayer,
  pushImage,
  pushIndex,
  type RegistryClient,
  type Repository,
} from '#lib/oci';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { promote, promotionOf, repositoryAt } from '#test/release/promotions';
import { pushSmallImage, type SmallImageChoice } from '#test/release/small-images';
import { type Promotion, planTable } from './index.ts';

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

test('a tag that would lose a platform stays, unless it may', async () => {
  const to = target('a');
  const both = await example({ content: 'both', architectures: ['amd64', 's390x'] });
  const one = await example({ content: 'one', architectures: ['amd64'] });
  await release([promotionOf(both.source, both.image.root, [to], { tags: ['latest'] })]);
  const fewer = promotionOf(one.source, one.image.root, [to], { tags: ['new', 'latest'] });

  await expect(release([fewer])).rejects.toThrow(/:latest has linux\/s390x now, and would have it no more/);
  expect(await findTag(direct(to.name), 'new')).toBeUndefined();
  await release([{ ...fewer, mayLosePlatforms: true }]);
  expect((await direct(to.name).resolve('latest')).digest).toBe(one.image.root.digest);
});

test('an index in an index is refused by name', async () => {
  const { source, image } = await example({ content: 'inner' });
  const outer = await pushIndex(source, { manifests: [image.root] });

  const failure = release([promotionOf(source, outer, [target('a')], { tags: ['1'] })]);

  await expect(failure).rejects.toThrow(
    `${outer.digest} is an index with an index in it, ${image.root.digest}`,
  );
});

test('two components may not have one tag of one repository', async () => {
  const to = target('a');
  const [one, two] = [await example({ content: 'one' }), await example({ content: 'two' })];

  const failure = release([
    promotionOf(one.source, one.image.root, [to], { tags: ['latest'] }),
    { ...promotionOf(two.source, two.image.root, [to], { tags: ['latest'] }), component: 'other' },
  ]);

  await expect(failure).rejects.toThrow(
    `${to.name}:latest is to name two images: image (${one.image.root.digest})`,
  );
});

test('a source container must be there, may be, or is not looked for', async () => {
  const to = target('a');
  const without = await example({ content: 'without' });
  const wanted = promotionOf(without.source, without.image.root, [to], { tags: ['1'] });

  await expect(release([{ ...wanted, sourceContainer: 'required' }])).rejects.toThrow(
    `component image has no source container: there is no ${without.source.name}:`,
  );
  await release([wanted]);
  const having = await example({ content: 'with', sourceContainer: true });
  const own = promotionOf(having.source, having.image.root, [to], { tags: ['2'] });
  await release([{ ...own, sourceContainer: 'no' }]);

  expect(await findTag(direct(to.name), '1-source')).toBeUndefined();
  expect(await findTag(direct(to.name), '2-source')).toBeUndefined();
});

test('signatures that were added after a release stay; ones that would be lost are refused', async () => {
  const to = target('a');
  const { source, image } = await example({ content: 'signed' });
  const tag = companionTag(image.root.digest, 'sig');
  await signatures(source, tag, ['build']);
  await release([promotionOf(source, image.root, [to], { tags: ['1'] })]);
  const more = await signatures(direct(to.name), tag, ['build', 'release']);

  await release([promotionOf(source, image.root, [to], { tags: ['1', '2'] })]);

  expect((await direct(to.name).resolve(tag)).digest).toBe(more.digest);
  await signatures(source, tag, ['build', 'again']);
  const failure = release([promotionOf(source, image.root, [to], { tags: ['3'] })]);
  await expect(failure).rejects.toThrow(/has signatures that .* has not, and lacks some of its/);
});

test('only signatures, or nothing, go beside an image where that is said', async () => {
  const { source, image } = await example({ content: 'some', companions: ['sig', 'att', 'sbom'] });
  const [a, b] = [target('a'), target('b')];

  await release([promotionOf(source, image.root, [a], { tags: ['1'], companions: 'signatures' })]);
  await release([promotionOf(source, image.root, [b], { tags: ['1'], companions: 'none' })]);

  expect(await tagsOf(a)).toEqual(['1', companionTag(image.root.digest, 'sig')].sort());
  expect(await tagsOf(b)).toEqual(['1']);
});

test('a source that is gone is named, and so is a registry that refuses us', async () => {
  const { source, image } = await example({ content: 'gone' });
  const gone = { ...image.root, digest: `sha256:${'0'.repeat(64)}` as Digest };

  await expect(release([promotionOf(source, gone, [target('a')], { tags: ['1'] })])).rejects.toThrow(
    `cannot resolve ${source.name}@${gone.digest}`,
  );
  proxy.fault = () => ({ kind: 'answer', status: 401 });
  await expect(release([promotionOf(source, image.root, [target('a')], { tags: ['1'] })])).rejects.toThrow(
    `cannot resolve ${target('a').name}:1`,
  );
});

test('what is no image is released as it is', async () => {
  const source = direct(`${staging.host}/artifact/${count}`);
  const layers = [await packLayer([{ path: 'x', content: 'x' }])];
  const single = await pushImage(source, { config: { os: 'linux', architecture: 's390x' }, layers });
  const to = target('a');

  const plan = await release([promotionOf(source, single, [to], { tags: ['1'] })]);

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
