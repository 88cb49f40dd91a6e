import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRegistryClient, type RegistryOptions, readCredentials } from '#lib/oci';
import { type Certificate, createCertificate } from '#test/registries/certificate';
import { startFarRegistry } from '#test/registries/far-registry';
import { startRegistry, tester } from '#test/registries/registry';
import { startTokenServer, type User } from '#test/registries/token-server';
import { promote, promotionOf, repositoryAt } from '#test/release/promotions';
import { pushSmallImage } from '#test/release/small-images';

let folder: string;
let certificate: Certificate;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promote-credentials-'));
  certificate = await createCertificate(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Credentials as `podman login` leaves them, `user:password` by key. */
function loggedIn(users: Readonly<Record<string, string>>): NonNullable<RegistryOptions['credentials']> {
  const auths = Object.entries(users).map(([key, user]) => [
    key,
    { auth: Buffer.from(user).toString('base64') },
  ]);
  const file = join(folder, 'auth.json');
  writeFileSync(file, JSON.stringify({ auths: Object.fromEntries(auths) }));
  return readCredentials({}, [file]);
}

const CHOICE = { tags: ['1', 'latest'] };
const all = (name: string, password: string): Readonly<Record<string, User>> => ({
  [name]: { password, may: { '': ['pull', 'push'] } },
});

test('two registries with a realm each: none sees who we are at the other, and each repository takes one token', async () => {
  const realms = await Promise.all(
    ['builder', 'releaser'].map((user) => startTokenServer(certificate, { users: all(user, `of-${user}`) })),
  );
  const [one, two] = realms as [(typeof realms)[0], (typeof realms)[0]];
  await using staging = await startRegistry({ extra: one.auth });
  await using production = await startRegistry({ extra: two.auth });
  const credentials = loggedIn({
    [staging.host]: 'builder:of-builder',
    [production.host]: 'releaser:of-releaser',
  });
  const source = repositoryAt(`${staging.host}/x`, { credentials });
  const { root } = await pushSmallImage(source, { content: 'realms', size: 100 });
  const targets = ['a', 'b'].map((name) => ({ name: `${production.host}/${name}` }));
  using first = createRegistryClient({ credentials });
  await promote(first, [promotionOf(source, root, targets, CHOICE)]);
  using second = createRegistryClient({ credentials });
  const from = realms.map(({ asked }) => asked.length);

  await promote(second, [promotionOf(source, root, targets, CHOICE)]);

  expect(new Set(one.asked.map(({ user }) => user))).toEqual(new Set(['builder']));
  expect(new Set(two.asked.map(({ user }) => user))).toEqual(new Set(['releaser']));
  const again = realms.map(({ asked }, index) =>
    asked
      .slice(from[index])
      .flatMap(({ scopes }) => scopes)
      .sort(),
  );
  expect(again).toEqual([['repository:x:pull'], ['repository:a:pull', 'repository:b:pull']]);
  await Promise.all(realms.map((realm) => realm.stop()));
});

test('two sides of one registry have credentials of their own, and what may not be mounted is copied', async () => {
  const realm = await startTokenServer(certificate, {
    users: {
      builder: { password: 'of-builder', may: { 'staging/': ['pull', 'push'] } },
      releaser: { password: 'of-releaser', may: { 'production/': ['pull', 'push'] } },
    },
  });
  await using registry = await startRegistry({ extra: realm.auth });
  const credentials = loggedIn({
    [`${registry.host}/staging`]: 'builder:of-builder',
    [`${registry.host}/production`]: 'releaser:of-releaser',
  });
  const at = (name: string) => repositoryAt(`${registry.host}/${name}`, { credentials });
  const [source, to] = [at('staging/x'), at('production/x')];
  const { root } = await pushSmallImage(source, { content: 'sides', size: 100, companions: ['sig'] });
  const from = realm.asked.length;
  using client = createRegistryClient({ credentials });

  await promote(client, [promotionOf(source, root, [to], CHOICE)]);

  expect((await to.resolve('latest')).digest).toBe(root.digest);
  const asked = realm.asked.slice(from);
  const writes = asked.filter(({ scopes }) => scopes.some((scope) => scope.includes('push')));
  expect(writes.length).toBeGreaterThan(0);
  expect(new Set(writes.map(({ user }) => user))).toEqual(new Set(['releaser']));
  const reads = asked.filter(({ scopes }) => scopes.join() === 'repository:staging/x:pull');
  expect(reads.map(({ user }) => user)).toEqual(['builder']);
  await realm.stop();
});

test("docker.io's key holds for both sides, and for nobody else", async () => {
  const hub = await createCertificate(folder, 'hub', ['registry-1.docker.io']);
  await using registry = await startRegistry({ tls: hub, htpasswd: tester.htpasswd });
  await using far = await startFarRegistry(registry.host);
  const options = {
    ca: [hub.pem],
    proxy: { HTTPS_PROXY: far.proxy, HTTP_PROXY: far.proxy },
    credentials: loggedIn({ 'https://index.docker.io/v1/': `${tester.username}:${tester.password}` }),
  };
  const [source, to] = ['docker.io/library/x', 'docker.io/team/x'].map((name) => repositoryAt(name, options));
  if (source === undefined || to === undefined) throw new Error('two');
  const { root } = await pushSmallImage(source, { content: 'hub', size: 100 });
  using client = createRegistryClient(options);

  await promote(client, [promotionOf(source, root, [to], CHOICE)]);

  expect((await to.resolve('latest')).digest).toBe(root.digest);
  expect(new Set(far.asked.map(({ line }) => line))).toEqual(new Set(['CONNECT registry-1.docker.io:443']));
  await using other = await startRegistry({ htpasswd: tester.htpasswd });
  const elsewhere = promotionOf(source, root, [{ name: `${other.host}/x` }], CHOICE);
  await expect(promote(client, [elsewhere])).rejects.toThrow(other.host);
});

test('TLS on both sides, each with an authority of its own; one that is not known moves no tag', async () => {
  const theirs = await createCertificate(folder, 'production');
  await using staging = await startRegistry({ tls: certificate });
  await using production = await startRegistry({ tls: theirs });
  const plainHttp = { [staging.host]: false, [production.host]: false };
  const known = { plainHttp, ca: [certificate.pem, theirs.pem] };
  const [source, to] = [staging, production].map(({ host }) => repositoryAt(`${host}/x`, known));
  if (source === undefined || to === undefined) throw new Error('two');
  const { root } = await pushSmallImage(source, { content: 'tls', size: 100 });
  const wanted = [promotionOf(source, root, [to], CHOICE)];
  const through = (ca: readonly string[]) =>
    createRegistryClient({ plainHttp, ca, retry: { attempts: 1 }, credentials: async () => undefined });

  for (const [ca, host] of [
    [[certificate.pem], production.host],
    [[theirs.pem], staging.host],
  ] as const) {
    using half = through(ca);
    const failure = promote(half, wanted);
    await expect(failure).rejects.toThrow('its certificate is not trusted');
    await expect(failure).rejects.toThrow(host);
  }
  await expect(to.resolve('1')).rejects.toThrow('there is no such image');
  using both = through(known.ca);
  await promote(both, wanted);

  expect((await to.resolve('latest')).digest).toBe(root.digest);
});
