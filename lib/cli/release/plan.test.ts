import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Descriptor, findTag, type Repository } from '#lib/oci';
import { captured } from '#test/captured';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { dataObject, snapshotObject } from '#test/release/custom-resources';
import { repositoryAt } from '#test/release/promotions';
import { pushSmallImage, pushTagged } from '#test/release/small-images';
import { main } from '../main.ts';

let registry: Registry;
let proxy: FaultProxy;
let folder: string;
let count = 0;

/** What the tests of one release begin with: an image by digest, and a repository that it is to go to. */
let root: Descriptor;
let source: Repository;
let to: Repository;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  folder = await mkdtemp(join(tmpdir(), 'cli-release-plan-'));
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  count++;
  source = repositoryAt(`${registry.host}/source/${count}`);
  to = repositoryAt(`${registry.host}/target/${count}`);
  ({ root } = await pushSmallImage(source, { content: `image ${count}`, size: 100 }));
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, `${count}-${name}`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function snapshotOf(
  names: readonly string[] = ['image'],
  metadata: object = {},
  at = `${throughProxy(source)}@${root.digest}`,
) {
  return snapshotObject(Object.fromEntries(names.map((name) => [name, at])), metadata);
}

function throughProxy({ name }: Repository): string {
  return name.replace(registry.host, proxy.host);
}

const mapping = (tags: readonly string[], name = 'image') => ({
  components: [{ name, repository: throughProxy(to), tags }],
});

function plan(...args: readonly string[]) {
  return captured(() => main(['release', 'plan', ...args]));
}

async function planOfFiles(snapshot: object, releasePlan: object, ...more: readonly string[]) {
  const files = [
    '--snapshot',
    await file('s.json', snapshot),
    '--releaseplan',
    await file('rp.json', releasePlan),
  ];
  return plan(...files, ...more);
}

test('what would be written and moved is shown, with exit code 8, and nothing is changed', async () => {
  const old = await pushTagged(to, 'latest', 'old');
  const data = { mapping: mapping(['latest', 'new']) };
  const before = proxy.seen.length;

  const { stdout, stderr, code } = await planOfFiles(snapshotOf(), dataObject(data));

  expect({ code, stderr }).toEqual({ code: 8, stderr: '' });
  const [heading, ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(heading).toEqual(['COMPONENT', 'REPOSITORY', 'TAG', 'FROM', 'TO', 'TO DO']);
  const [short, oldShort] = [root, old].map(({ digest }) => digest.slice(0, 19));
  expect(rows).toEqual([
    ['image', throughProxy(to), 'latest', oldShort, short, 'move'],
    ['image', throughProxy(to), 'new', '-', short, 'write'],
  ]);
  const methods = new Set(proxy.seen.slice(before).map(({ method }) => method));
  expect([...methods].sort()).toEqual(['GET', 'HEAD']);
  expect((await to.resolve('latest')).digest).toBe(old.digest);
  expect(await findTag(to, 'new')).toBeUndefined();
});

test('for scripts there is JSON with whole digests, and with what is left out', async () => {
  await pushTagged(to, 'latest', 'old');
  const { components } = mapping(['latest']);
  const data = {
    mapping: { components: [...components, { name: 'typo', repository: throughProxy(to), tags: ['t'] }] },
  };

  const { stdout, code } = await planOfFiles(snapshotOf(['image', 'other']), dataObject(data), '-o', 'json');

  expect(code).toBe(8);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    tags: [
      {
        component: 'image',
        kind: 'image',
        repository: throughProxy(to),
        tag: 'latest',
        from: (await to.resolve('latest')).digest,
        to: root.digest,
        toDo: 'move',
      },
    ],
    onlyInSnapshot: ['other'],
    onlyInMapping: ['typo'],
  });
});

test('where everything is there already the exit code is 0', async () => {
  const image = await pushTagged(to, '1', 'same');
  const snapshot = snapshotOf(['image'], {}, `${throughProxy(to)}@${image.digest}`);

  const { stdout, code } = await planOfFiles(snapshot, dataObject({ mapping: mapping(['1']) }));

  expect(code).toBe(0);
  expect(stdout).toMatch(/ nothing$/m);
});

test('an admission is over the plan, a Release under both, and one file may have all of them', async () => {
  const admission = dataObject(
    { mapping: { defaults: { tags: ['from-admission'] } } },
    'ReleasePlanAdmission',
  );
  const release = dataObject({ mapping: { defaults: { tags: ['from-release'] } } }, 'Release');
  const objects = [snapshotOf(), dataObject({ mapping: mapping(['from-plan']) }), admission, release];
  const all = await file('all.yaml', objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const options = ['snapshot', 'releaseplan', 'releaseplanadmission', 'release'].flatMap((one) => [
    `--${one}`,
    all,
  ]);

  const { stdout, code } = await plan(...options, '-o', 'json');

  expect(code).toBe(8);
  const { tags } = JSON.parse(stdout) as { readonly tags: readonly { readonly tag: string }[] };
  expect(tags.map(({ tag }) => tag).sort()).toEqual(['from-admission', 'from-plan', 'from-release']);
});

test('of a Snapshot for one component that component alone is planned, where the data says so', async () => {
  const labels = {
    'test.appstudio.openshift.io/type': 'component',
    'appstudio.openshift.io/component': 'other',
  };
  const { components } = mapping(['1']);
  const both = [...components, { name: 'other', repository: throughProxy(to), tags: ['2'] }];
  const data = { singleComponentMode: true, mapping: { components: both } };

  const { stdout } = await planOfFiles(
    snapshotOf(['image', 'other'], { labels }),
    dataObject(data),
    '-o',
    'json',
  );

  expect(JSON.parse(stdout)).toMatchObject({
    tags: [{ component: 'other', tag: '2' }],
    onlyInMapping: ['image'],
  });
});

test('a key that nobody knows is a warning', async () => {
  const { stderr, code } = await planOfFiles(
    snapshotOf(),
    dataObject({ mapping: mapping(['1']), spelling: 1 }),
  );

  expect(code).toBe(8);
  expect(stderr).toBe('warning: nobody here knows the keys spelling: are they spelled right?\n');
});

test('an image that is gone, and a registry that does not answer, are no plan', async () => {
  const gone = snapshotOf(['image'], {}, `${throughProxy(source)}@sha256:${'0'.repeat(64)}`);
  const nobody = { mapping: { components: [{ name: 'image', repository: '127.0.0.1:1/a/b', tags: ['1'] }] } };

  const without = await planOfFiles(gone, dataObject({ mapping: mapping(['1']) }));
  const unanswered = await planOfFiles(snapshotOf(), dataObject(nobody));

  expect([without.code, unanswered.code]).toEqual([3, 3]);
  expect([without.stdout, unanswered.stdout]).toEqual(['', '']);
  expect(without.stderr).toContain('0'.repeat(64));
  expect(unanswered.stderr).toContain('127.0.0.1:1');
});

test('a repository without a tag is refused', async () => {
  const { stderr, code } = await planOfFiles(snapshotOf(), dataObject({ mapping: mapping([]) }));

  expect(code).toBe(4);
  expect(stderr).toContain(`there is no tag for "${throughProxy(to)}"`);
});
