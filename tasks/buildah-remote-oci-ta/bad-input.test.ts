import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packLayer, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { missing } from '#test/build-pod';
import { compileLook } from '#test/look';
import { type Fault, type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { openRemoteBuilds, type RemoteBuilds, type RemoteBuilt } from '#test/remote-build';

const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;
const timeout = 180_000;
const files = { Containerfile: 'FROM scratch\nCOPY Containerfile /\n' };
let builds: RemoteBuilds;
let proxy: FaultProxy;
let old: string;

/** Each with one message, and the tag of an earlier build where it was. */
describe.skipIf(missing.length > 0)(`what cannot be built${skipped}`, () => {
  beforeAll(async () => {
    builds = await openRemoteBuilds();
    proxy = await startFaultProxy(builds.registry.host);
    const { digest } = await pushImage(builds.repository('test/image'), {
      config: { os: 'linux', architecture: 'amd64' },
      layers: [await packLayer([{ path: 'old', content: 'of an earlier build' }])],
      tags: ['1'],
    });
    old = digest;
  }, 120_000);
  afterAll(async () => {
    await proxy.stop();
    await builds[Symbol.asyncDispose]();
  });

  async function expectRefused(built: RemoteBuilt, message: string | RegExp): Promise<void> {
    const { status, lines, values } = built;
    expect(status, lines.join('\n')).toBe('Failed');
    const told = lines.filter((line) => /^[\w-]+: error: /.test(line));
    expect(told, lines.join('\n')).toEqual([
      typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    ]);
    expect(values).toEqual({});
    expect((await builds.repository('test/image').resolve('1')).digest).toBe(old);
  }

  test.for<[string, Readonly<Record<string, string | readonly string[]>>, string | RegExp]>([
    [
      'a label without =',
      { LABELS: ['a=1', 'none'] },
      'parameter LABELS is not valid: value 2 of 2: expected NAME=value',
    ],
    [
      'a Containerfile above the source',
      { DOCKERFILE: '../../../etc/passwd' },
      'the Containerfile ../../../etc/passwd is outside the source',
    ],
    ['a Containerfile behind a link', { DOCKERFILE: 'away' }, 'the Containerfile away is outside the source'],
    [
      'an image with a digest',
      { IMAGE: `q.io/a/b:1@sha256:${'0'.repeat(64)}` },
      'parameter IMAGE is not valid: expected repository[:tag] without a digest',
    ],
    [
      'a platform that has no host and is not emulated',
      { PLATFORM: 'linux/mips64' },
      'cannot build for linux/mips64: programs of mips64 do not run on this machine',
    ],
  ])('%s', { timeout }, async ([, params, message]) => {
    const source = { ...files, away: { link: '/etc/hostname' } };
    const built = await builds.build({ files: source, params: { DOCKERFILE: 'Containerfile', ...params } });

    await expectRefused(built, message);
  });

  test.for<[string, Readonly<Record<string, string>>, string]>([
    ['no host', { error: 'no quota for linux/s390x' }, 'no host: no quota for linux/s390x'],
    ['a host without a key', { host: 'u@h', 'user-dir': '/d' }, 'no key id_rsa'],
  ])('the controller gives %s', { timeout }, async ([, stringData, message]) => {
    const metadata = { name: 'multi-platform-ssh-build' };
    const objects = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });

    await expectRefused(
      await builds.build({ files, objects, params: { DOCKERFILE: 'Containerfile' } }),
      message,
    );
  });

  test.for<[string, (path: string) => void, RegExp]>([
    [
      'wrong',
      (path) => writeFileSync(path, readFileSync(path).fill(1, 20, 30)),
      /: error: the blob .* has the digest sha256:\w+ instead of sha256:/,
    ],
    [
      'cut off',
      (path) => writeFileSync(path, readFileSync(path).subarray(0, 60)),
      /: error: cannot fetch the blob .* \(60 of \d+ bytes had come\)/,
    ],
    ['not there', (path) => rmSync(path), /: error: cannot fetch the blob .* \(0 of \d+ bytes had come\)/],
  ])('an artifact whose bytes are %s', { timeout }, async ([what, spoil, message]) => {
    const source = await builds.pack({ ...files, own: what });
    const digest = source.slice(-64);
    const blobs = join(builds.registry.storage, 'docker/registry/v2/blobs/sha256');
    spoil(join(blobs, digest.slice(0, 2), digest, 'data'));

    await expectRefused(
      await builds.build({ files: source, params: { DOCKERFILE: 'Containerfile' } }),
      message,
    );
  });

  test('an artifact that is none of ours', { timeout }, async () => {
    const { host } = builds.registry;
    const layer = await packLayer([{ path: 'a', content: 'a' }]);
    const config = { os: 'linux', architecture: 'amd64' };
    const pushed = await pushImage(builds.repository('other'), { config, layers: [layer], tags: ['1'] });
    const source = `oci:${host}/other@${pushed.digest}`;

    await expectRefused(
      await builds.build({ files: source, params: { DOCKERFILE: 'Containerfile' } }),
      /: error: cannot fetch the blob .*: there is no such blob: /,
    );
  });

  test('an image without a tag is the latest, and none of another repository', { timeout }, async () => {
    const IMAGE = `${builds.registry.host}/untagged`;
    const params = { DOCKERFILE: 'Containerfile', IMAGE, SKIP_SBOM_GENERATION: 'true' };

    const plain = await builds.build({ files, params });
    const named = await builds.build({ files, params: { ...params, IMAGE_APPEND_PLATFORM: 'true' } });

    expect([plain.status, named.status], named.lines.join('\n')).toEqual(['Succeeded', 'Succeeded']);
    expect([plain.values.IMAGE_URL, named.values.IMAGE_URL]).toEqual([IMAGE, `${IMAGE}:linux-amd64`]);
    const repository = builds.repository('untagged');
    expect((await repository.resolve('latest')).digest).toBe(plain.values.IMAGE_DIGEST);
    expect((await repository.resolve('linux-amd64')).digest).toBe(named.values.IMAGE_DIGEST);
    await expect(builds.repository('untagged-linux-amd64').resolve('latest')).rejects.toThrow();
  });

  test.for<[string, (path: string) => Fault | undefined]>([
    [
      'is gone from the manifest on',
      (path) => (path.includes('/manifests/') ? { kind: 'reset-request', after: 0 } : undefined),
    ],
    [
      'takes the manifest and no tag',
      (path) => (path.includes('/manifests/sha256:') ? undefined : { kind: 'answer', status: 503 }),
    ],
  ])('a registry that %s, after the last blob', { timeout }, async ([, fault]) => {
    proxy.fault = ({ method, path }) =>
      method === 'PUT' && path.includes('/manifests/') ? fault(path) : undefined;
    const IMAGE = `${proxy.host}/test/image:1`;
    const built = await builds.build({ files, params: { DOCKERFILE: 'Containerfile', IMAGE } });
    proxy.fault = () => undefined;

    await expectRefused(built, proxy.host);
    expect(proxy.seen.some(({ method, path }) => method === 'PUT' && path.includes('/blobs/uploads/'))).toBe(
      true,
    );
  });

  test('a disk that is full', { timeout }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'full-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', directory]);
    try {
      const runsDirectory = join(directory, 'runs');
      mkdirSync(runsDirectory);
      const source = { Containerfile: 'FROM scratch\nCOPY look large /\n', look: await compileLook() };
      const built = await builds.build({
        // Once in the source, and more than once in what is built of it.
        files: { ...source, large: randomBytes(7_000_000) },
        params: { DOCKERFILE: 'Containerfile' },
        runsDirectory,
      });

      await expectRefused(built, /buildah exited with code \d+: /);
      expect(built.lines.join('\n')).toMatch(
        /hint: the disk may be full: \S+ has \d+ MiB of free space left/,
      );
      expect(readdirSync(directory)).toEqual(['runs']);
    } finally {
      await run('umount', [directory]);
      rmSync(directory, { recursive: true });
    }
  });
});
