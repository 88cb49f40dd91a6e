import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { explain } from '#lib/errors';
import {
  createRegistryClient,
  NotFoundError,
  packLayer,
  parseReference,
  pushImage,
  pushIndex,
  type Repository,
} from '#lib/oci';
import { runStepWith } from '#test/context';
import { startFarRegistry } from '#test/registries/far-registry';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { startRegistry } from '#test/registries/registry';
import push from './push.ts';

let staging: Awaited<ReturnType<typeof startRegistry>>;
let production: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  [staging, production] = await Promise.all([startRegistry(), startRegistry()]);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => Promise.all([staging.stop(), production.stop()]));

test('copies an index with its digest and sets the tags; a second time it does nothing', async () => {
  const digest = await pushTestIndex('image', ['amd64', 's390x']);
  const wire = {
    IMAGE_URL: `${staging.host}/staging/image:1`,
    IMAGE_DIGEST: digest,
    REPOSITORY: `${production.host}/fedora/image`,
    TAGS: ['43-1', '43'],
    TAG_SUFFIX: '-minimal',
  };

  const first = await runStepWith(push, wire);
  const second = await runStepWith(push, wire);

  expect(first.PUSHED).toMatchObject({ digest, tags: ['43-1-minimal', '43-minimal'] });
  expect(first.TARGET).toBe(`${production.host}/fedora/image@${digest}`);
  expect(second.PUSHED).toMatchObject({ digest, tags: [], copied: 0 });
  expect((await repository(`${production.host}/fedora/image`).resolve('43-minimal')).digest).toBe(digest);
});

test('a tag that exists moves when every new one is there, and not where the copy cannot be read back', async () => {
  const proxied = await startFaultProxy(production.host);
  onTestFinished(() => proxied.stop());
  const [old, digest] = [await pushTestIndex('old', ['amd64']), await pushTestIndex('next', ['arm64'])];
  const wire = (name: string, IMAGE_DIGEST: string, TAGS: readonly string[]) => ({
    IMAGE_URL: `${staging.host}/staging/${name}:1`,
    IMAGE_DIGEST,
    REPOSITORY: `${proxied.host}/moves`,
    TAGS,
  });
  await runStepWith(push, wire('old', old, ['43']));
  let isWritten = false;
  proxied.fault = ({ method, path }) => {
    if (method === 'PUT' && path.includes(`manifests/${digest}`)) isWritten = true;
    return isWritten && method === 'GET' ? { kind: 'answer', status: 404 } : undefined;
  };

  await expect(runStepWith(push, wire('next', digest, ['43', '43-2']))).rejects.toThrow('no tag has moved');
  proxied.fault = () => undefined;
  const seen = proxied.seen.length;
  const { PUSHED } = await runStepWith(push, wire('next', digest, ['43', '43-2']));

  expect(PUSHED).toMatchObject({ digest, tags: ['43', '43-2'], copied: 0 });
  const tagged = proxied.seen.slice(seen).filter(({ method }) => method === 'PUT');
  expect(tagged.map(({ path }) => path.split('/').at(-1))).toEqual(['43-2', '43']);
});

test('an image that is not there moves no tag', async () => {
  const failure = runStepWith(push, {
    IMAGE_URL: `${staging.host}/staging/nothing:1`,
    IMAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
    REPOSITORY: `${production.host}/fedora/nothing`,
    TAGS: ['43'],
  });

  await expect(failure).rejects.toThrow('staging/nothing');
  await expect(repository(`${production.host}/fedora/nothing`).resolve('43')).rejects.toThrow(NotFoundError);
});

test('results that Tekton would not carry are refused before a tag moves', async () => {
  const digest = await pushTestIndex('many', ['amd64']);
  const failure = runStepWith(push, {
    IMAGE_URL: `${staging.host}/staging/many:1`,
    IMAGE_DIGEST: digest,
    REPOSITORY: `${production.host}/fedora/many`,
    TAGS: Array.from({ length: 50 }, (_, number) => `${number}-${'x'.repeat(80)}`),
  });

  await expect(failure).rejects.toThrow(/^the results take \d+ bytes .* carries 4096 from a step: PUSHED /);
  await expect(repository(`${production.host}/fedora/many`).resolve(digest)).rejects.toThrow(NotFoundError);
});

test('a registry that is gone is told by its address', async () => {
  const gone = await startRegistry();
  await gone.stop();
  const digest = await pushTestIndex('gone', ['amd64']);

  const failure = runStepWith(push, {
    IMAGE_URL: `${staging.host}/staging/gone:1`,
    IMAGE_DIGEST: digest,
    REPOSITORY: `${gone.host}/fedora/gone`,
    TAGS: ['43'],
  });

  await expect(failure).rejects.toThrow(gone.host);
});

test.for([[['-bad']], [['a b']], [[]]] as const)(
  'refuses the tags %j before anything is copied',
  async ([TAGS]) => {
    const failure = runStepWith(push, {
      IMAGE_URL: `${staging.host}/a:1`,
      IMAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
      REPOSITORY: `${production.host}/a`,
      TAGS,
    });

    await expect(failure).rejects.toThrow('parameter TAGS');
  },
);

test('refuses a tag that its suffix makes too long before anything is copied', async () => {
  const digest = await pushTestIndex('suffix', ['amd64']);

  const failure = runStepWith(push, {
    IMAGE_URL: `${staging.host}/staging/suffix:1`,
    IMAGE_DIGEST: digest,
    REPOSITORY: `${production.host}/suffix`,
    TAGS: ['43', 'x'.repeat(120)],
    TAG_SUFFIX: '-minimal-and-more',
  });

  await expect(failure).rejects.toThrow('the tag is longer than 128 characters');
  await expect(repository(`${production.host}/suffix`).resolve(digest)).rejects.toThrow(NotFoundError);
});

// A registry in a cluster is never on loopback.
test('copies between repositories of a far registry in plain http, with TLSVERIFY=false alone', async () => {
  const digest = await pushTestIndex('far', ['amd64']);
  await using far = await startFarRegistry(staging.host);
  vi.stubEnv('HTTP_PROXY', far.proxy);
  vi.stubEnv('HTTPS_PROXY', far.proxy);
  vi.stubEnv('NO_PROXY', '');
  const params = {
    IMAGE_URL: 'registry.cluster:5000/staging/far:1',
    IMAGE_DIGEST: digest,
    REPOSITORY: 'registry.cluster:5000/production/far',
    TAGS: ['43'],
  };

  const verified = await runStepWith(push, params).catch(explain);
  const { TARGET } = await runStepWith(push, { ...params, TLSVERIFY: 'false' });

  expect(verified).toContain('it speaks plain http there, not https');
  expect(verified).toContain('for a task TLSVERIFY=false');
  expect(TARGET).toBe(`registry.cluster:5000/production/far@${digest}`);
  expect((await repository(`${staging.host}/production/far`).resolve('43')).digest).toBe(digest);
});

async function pushTestIndex(name: string, architectures: readonly string[]): Promise<string> {
  const target = repository(`${staging.host}/staging/${name}`);
  const manifests = [];
  for (const architecture of architectures) {
    const layer = await packLayer([{ path: 'file', content: architecture }]);
    manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers: [layer] }));
  }
  return (await pushIndex(target, { manifests, tags: ['1'] })).digest;
}

function repository(name: string): Repository {
  return createRegistryClient().repository(parseReference(name));
}
