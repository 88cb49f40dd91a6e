import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { copy, createMemoryTarget, createRegistryClient } from '#lib/oci';
import { run } from '#lib/process';
import { createCertificate } from '#test/registries/certificate';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { goTool } from '#test/registries/go-tool';
import { registryKinds } from '#test/registries/registries';
import { startRegistry, tester } from '#test/registries/registry';
import { startTokenServer } from '#test/registries/token-server';
import { promote, promotionOf, repositoryAt } from '#test/release/promotions';
import { pushSmallImage, pushTagged } from '#test/release/small-images';

const kinds = await registryKinds();
const oras = await goTool('oras');
const cosign = await goTool('cosign', { mayBuild: false });

test.for(kinds)('an image with all that belongs to it is released within and to $name', async (kind) => {
  const [from, registry] = await Promise.all([startRegistry(), kind.start()]);
  try {
    const source = repositoryAt(`${from.host}/source`);
    const { root, members } = await pushSmallImage(source, {
      content: kind.name,
      size: 1_000,
      companions: ['sig', 'att', 'sbom'],
      memberCompanions: ['sig'],
      sourceContainer: true,
      referrers: true,
    });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => repositoryAt(`${registry.host}/production/${name}`));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three');
    using client = createRegistryClient({ credentials: async () => undefined });
    const choice = { tags: ['43', 'latest'], referrers: true };

    await promote(client, [promotionOf(source, root, [a, b], choice)]);
    await promote(client, [promotionOf(a, root, [c], choice)]);
    const plan = await promote(client, [promotionOf(source, root, [a, b, c], choice)]);

    expect(plan.tags.every(({ what }) => what === 'there')).toBe(true);
    for (const to of [a, b, c]) {
      expect((await to.resolve('latest')).digest).toBe(root.digest);
      await copy(to, createMemoryTarget(), { reference: root.digest, referrers: true });
      const [about] = await to.referrers(members[0] ?? root);
      expect(await to.referrers(about ?? root)).toHaveLength(1);
    }
    if (oras === undefined) return;
    const seen = async (name: string) => {
      const { stdout } = await run(oras, [
        'discover',
        '--plain-http',
        '--format',
        'tree',
        `${name}@${members[0]?.digest}`,
      ]);
      return stdout.replaceAll(name, 'x');
    };
    expect(await seen(c.name)).toBe(await seen(source.name));
  } finally {
    await Promise.all([from.stop(), registry.stop()]);
  }
});

test.skipIf(cosign !== undefined)(
  'cosign is not built here: .ci/run reads with it what was copied',
  ({ skip }) => {
    skip();
  },
);

test.skipIf(cosign === undefined)('cosign finds at the target what it finds at the source', async () => {
  await using folder = await mkdtempDisposable(`${tmpdir()}/promote-cosign-`);
  await using registry = await startRegistry();
  const source = repositoryAt(`${registry.host}/source`);
  const to = repositoryAt(`${registry.host}/target`);
  const { root } = await pushSmallImage(source, { content: 'signed', size: 100 });
  const env = { HOME: folder.path, COSIGN_PASSWORD: '' };
  const call = (...args: string[]) => run(cosign ?? '', args, { env, cwd: folder.path });
  await call('generate-key-pair');
  const image = `${source.name}@${root.digest}`;
  await call(
    'sign',
    '--key',
    'cosign.key',
    '--tlog-upload=false',
    '--use-signing-config=false',
    '--allow-http-registry',
    '--yes',
    image,
  );
  using client = createRegistryClient({ credentials: async () => undefined });

  await promote(client, [promotionOf(source, root, [to], { tags: ['1'], referrers: true })]);

  const target = `${to.name}@${root.digest}`;
  const flags = ['--key', 'cosign.pub', '--insecure-ignore-tlog=true', '--allow-http-registry'];
  await call('verify', ...flags, image);
  await call('verify', ...flags, target);
  const [there, here] = await Promise.all(
    [target, image].map((one) => call('tree', '--allow-http-registry', one)),
  );
  expect(there?.stdout.replaceAll(to.name, 'x')).toBe(here?.stdout.replaceAll(source.name, 'x'));
});

test('two realms: each repository is asked for with the most specific credentials, and one token', async () => {
  await using folder = await mkdtempDisposable(`${tmpdir()}/promote-realms-`);
  const certificate = await createCertificate(folder.path);
  const tokens = await startTokenServer(certificate, { anonymousMayPull: false });
  await using registry = await startRegistry({ extra: tokens.auth });
  const asked: string[] = [];
  const known = { ...tester, source: 'test' };
  const credentials = async (host: string, repository: string) => {
    asked.push(`${host}/${repository}`);
    return known;
  };
  const at = (name: string) => repositoryAt(`${registry.host}/${name}`, { credentials });
  const [source, a, b] = [at('staging/x'), at('production/a'), at('production/b')];
  const { root } = await pushSmallImage(source, { content: 'tokens', size: 100 });
  const wanted = [promotionOf(source, root, [a, b], { tags: ['1', '2', '3'] })];
  using first = createRegistryClient({ credentials });
  await promote(first, wanted);
  using second = createRegistryClient({ credentials });
  const from = tokens.asked.length;

  await promote(second, wanted);

  const scopes = tokens.asked.slice(from).map(({ scopes: own }) => own.join(' '));
  expect(scopes.sort()).toEqual(
    ['production/a', 'production/b', 'staging/x'].map((name) => `repository:${name}:pull`),
  );
  expect(asked).toContain(`${registry.host}/production/b`);
  await tokens.stop();
});

test('a token that expires midway is got anew', async () => {
  await using folder = await mkdtempDisposable(`${tmpdir()}/promote-expires-`);
  const certificate = await createCertificate(folder.path);
  const tokens = await startTokenServer(certificate, { lifetime: 1 });
  await using registry = await startRegistry({ extra: tokens.auth });
  const credentials = async () => ({ ...tester, source: 'test' });
  await using staging = await startRegistry();
  const source = repositoryAt(`${staging.host}/x`);
  const to = { name: `${registry.host}/x` };
  const { root } = await pushSmallImage(source, { content: 'expires', size: 100 });
  using client = createRegistryClient({ credentials });

  await promote(client, [promotionOf(source, root, [to], { tags: ['1'] })]);

  expect((await repositoryAt(to.name, { credentials }).resolve('1')).digest).toBe(root.digest);
  await tokens.stop();
});

test('401 at one of five targets: no tag of any has moved', async () => {
  await using staging = await startRegistry();
  const open = await Promise.all(Array.from({ length: 4 }, () => startRegistry()));
  await using closed = await startRegistry({ htpasswd: tester.htpasswd });
  const proxy: FaultProxy = await startFaultProxy(closed.host);
  const source = repositoryAt(`${staging.host}/x`);
  const { root } = await pushSmallImage(source, { content: 'five', size: 100 });
  const targets = [...open, proxy].map(({ host }) => ({ name: `${host}/x` }));
  for (const { name } of targets.slice(0, 4)) await pushTagged(repositoryAt(name), 'latest', 'old');
  const before = await Promise.all(
    targets.slice(0, 4).map(({ name }) => repositoryAt(name).resolve('latest')),
  );
  // It lets everybody read, and nobody write.
  proxy.fault = ({ method }) =>
    method === 'HEAD' || method === 'GET' ? { kind: 'answer', status: 404 } : undefined;
  using client = createRegistryClient({ credentials: async () => undefined });

  await expect(
    promote(client, [promotionOf(source, root, targets, { tags: ['new', 'latest'] })]),
  ).rejects.toThrow('the release ended midway: no tag has moved');

  const after = await Promise.all(
    targets.slice(0, 4).map(({ name }) => repositoryAt(name).resolve('latest')),
  );
  expect(after.map(({ digest }) => digest)).toEqual(before.map(({ digest }) => digest));
  await proxy.stop();
  await Promise.all(open.map((registry) => registry.stop()));
});
