import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Registry, startRegistry } from '#test/registries/registry';
import { lookAtDisk, lookAtEmulation, lookAtNode } from './machine.ts';
import { containerFindings, lookAtPodman, podmanFindings } from './podman.ts';
import { lookAtLogins, lookAtRegistries } from './registries.ts';

let folder: string;
let registry: Registry;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  registry = await startRegistry();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await registry.stop();
  await rm(folder, { recursive: true });
});

const rootless = {
  host: {
    cgroupVersion: 'v1',
    cgroupManager: 'cgroupfs',
    ociRuntime: { name: 'crun', version: 'crun version 1.8.1\ncommit: x' },
    security: { rootless: true },
    idMappings: { uidmap: [{ size: 1 }, { size: 65_536 }] },
  },
  store: { graphDriverName: 'overlay' },
  version: { Version: '4.9.4' },
};

test('podman of a user on cgroups v1 works, and its limits do not count', () => {
  expect(podmanFindings(rootless).map(({ name, status, found }) => [name, status, found])).toEqual([
    ['podman', 'ok', '4.9.4, overlay storage'],
    ['runtime', 'ok', 'crun version 1.8.1'],
    ['cgroups', 'warn', 'cgroups v1 by cgroupfs'],
    ['user', 'ok', 'rootless with 65537 identities'],
  ]);
});

test.for([
  ['podman', { ...rootless, version: { Version: '3.4.4' } }, 'install podman 4.3'],
  ['runtime', { ...rootless, host: { ...rootless.host, ociRuntime: {} } }, 'install crun or runc'],
  ['user', { ...rootless, host: { ...rootless.host, idMappings: { uidmap: [{ size: 1 }] } } }, 'usermod'],
] as const)('%s that cannot work is a failure with what mends it', ([name, info, mend]) => {
  const found = podmanFindings(info).find((finding) => finding.name === name);

  expect(found).toMatchObject({ status: 'fail', mend: expect.stringContaining(mend) });
});

test('what podman cannot give a container is a warning', () => {
  const invocation = {
    global: ['--runtime=runc'],
    hasInit: true,
    hasSmallLimits: false,
    overlaysRoot: false,
  };
  const poor = containerFindings({ ...invocation, hasResourceLimits: false, podNetwork: 'host' });
  const good = containerFindings({ ...invocation, hasResourceLimits: true, podNetwork: 'private' });

  expect(poor.map(({ status }) => status)).toEqual(['ok', 'warn', 'warn']);
  expect(good.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
});

test('without podman there is one failure, and no more of what follows from it', async () => {
  vi.stubEnv('PATH', folder);
  const { findings } = await lookAtPodman();
  vi.unstubAllEnvs();

  expect(findings).toMatchObject([
    { name: 'podman', status: 'fail', mend: expect.stringContaining('install') },
  ]);
});

test('Node, emulation and disk', async () => {
  expect(lookAtNode('20.20.2')).toMatchObject({ status: 'fail', found: '20.20.2' });
  expect(lookAtNode('24.1.0')).toMatchObject({ status: 'ok' });
  const own = { x64: 'amd64', arm64: 'arm64', ppc64: 'ppc64le', s390x: 's390x' }[process.arch as 'x64'];
  expect(await lookAtEmulation([own, 'sparc'])).toMatchObject([
    { status: 'ok', found: `linux/${own} runs` },
    { status: 'warn', mend: expect.stringContaining('qemu-user-static') },
  ]);
  const [disk] = await lookAtDisk({ runs: join(folder, 'not/yet'), images: undefined });
  expect(disk?.found).toMatch(/^[\d.]+ GB free for runs \(/);
});

test('a registry that answers, and one that does not', async () => {
  const [good, bad] = await lookAtRegistries([registry.host, '127.0.0.1:1']);

  expect(good).toMatchObject({ status: 'ok', found: `${registry.host} answers` });
  expect(bad).toMatchObject({ status: 'warn', mend: expect.stringContaining('HTTPS_PROXY') });
});

test('logins are told by file and registry, and never by what is in them', async () => {
  const auth = Buffer.from('me:s3cret').toString('base64');
  await writeFile(join(folder, 'auth.json'), JSON.stringify({ auths: { 'quay.io/me': { auth } } }));
  await writeFile(join(folder, 'config.json'), `{"auths": {"a.example": {"auth": "${auth}"`);
  const environment = { HOME: folder, REGISTRY_AUTH_FILE: join(folder, 'auth.json'), DOCKER_CONFIG: folder };

  const { findings, hosts } = await lookAtLogins(environment);
  const none = await lookAtLogins({ HOME: join(folder, 'none') });

  expect(hosts).toEqual(['quay.io']);
  expect(findings.map(({ status }) => status)).toEqual(['warn', 'ok']);
  expect(findings[1]?.found).toBe(`${join(folder, 'auth.json')}: quay.io/me`);
  expect(JSON.stringify(findings)).not.toMatch(new RegExp(`s3cret|${auth}`));
  expect(none.findings).toMatchObject([{ status: 'ok', found: expect.stringContaining('none') }]);
});
