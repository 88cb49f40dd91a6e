import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packLayer, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { missing } from '#test/build-pod';
import { compileLook, looking } from '#test/look';
import { openRemoteBuilds, type RemoteBuilds, type RemoteBuilt } from '#test/remote-build';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { endLeases, type HostWatch, watchHost } from '#test/servers/host-remains';
import { type HostSecretOptions, hostSecret } from '#test/servers/host-secret';
import { shareOf } from '#test/share';

const timeout = 240_000;
let builds: RemoteBuilds;
let there: TestHost;
let key: string;
let old: string;
/** Sources by what they do: the first has much to send, the second takes long to build. */
let large: string;
let slow: string;
let user: string;
let watch: HostWatch;

/** Each with one message, the tag of an earlier build where it was, and nothing of the build on the host. */
describe.skipIf(missing.length > 0 || !canBeHost)('a build whose host', () => {
  beforeAll(async () => {
    there = await startTestHost();
    key = readFileSync(there.sshd.key, 'utf8');
    builds = await openRemoteBuilds();
    const look = await compileLook();
    const layer = await packLayer([{ path: 'old', content: 'of an earlier build' }]);
    const config = { os: 'linux', architecture: 'amd64' };
    old = (await pushImage(builds.repository('test/image'), { config, layers: [layer], tags: ['1'] })).digest;
    const [copies, sleeps] = ['FROM scratch\nCOPY look large /\n', looking(['sleep', '600'])];
    large = await builds.pack({ Containerfile: copies, look, large: Buffer.alloc(8_000_000, 'large ') });
    slow = await builds.pack({ Containerfile: `FROM scratch\nCOPY look /\n${sleeps}`, look });
  }, 120_000);
  afterAll(async () => {
    await builds[Symbol.asyncDispose]();
    await there.stop();
  });
  beforeEach(() => {
    user = mkdtempSync(join(tmpdir(), 'user-'));
    watch = watchHost(user);
  });
  afterEach(() => {
    revive();
    watch[Symbol.dispose]();
    rmSync(user, { recursive: true });
  });

  function revive(): void {
    there.proxy.isDead = false;
    there.proxy.cutsAt = () => false;
  }

  function die(): void {
    there.proxy.isDead = true;
    there.proxy.cut();
  }

  const build = (
    files: string,
    secret: Partial<HostSecretOptions> = {},
    onLine: (line: string) => void = () => {},
  ) =>
    builds.build({
      files,
      params: { DOCKERFILE: 'Containerfile' },
      objects: hostSecret({ host: there, steps: builds.steps, directory: user, patience: 3, ...secret }, key),
      onLine,
    });

  async function expectFailed({ status, lines, values }: RemoteBuilt, message: RegExp): Promise<void> {
    expect(status, lines.join('\n')).toBe('Failed');
    expect(
      lines.filter((line) => /^[\w-]+: error: /.test(line)),
      lines.join('\n'),
    ).toEqual([expect.stringMatching(message)]);
    expect(values).toEqual({});
  }

  const isOld = async () => (await builds.repository('test/image').resolve('1')).digest === old;

  test('refuses the key', { timeout }, async () => {
    const other = join(there.scratch, 'other');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);

    const built = await build(large, { keys: { id_rsa: readFileSync(other, 'utf8') } });

    await expectFailed(
      built,
      /error: cannot use the build host .*: it refuses the key \(.*Permission denied/,
    );
    expect(built.lines.join('\n')).toContain('hint: is the key the one of this user there?');
    expect([await isOld(), await watch.remains()]).toEqual([true, []]);
  });

  test('is not there', { timeout }, async () => {
    die();
    const built = await build(large);

    await expectFailed(built, /error: cannot reach the build host .* while it is prepared, for 3 s: /);
    expect([await isOld(), await watch.remains()]).toEqual([true, []]);
  });

  const deaths: readonly [string, () => string, string, () => (line: string) => void][] = [
    [
      'files are sent',
      () => large,
      'files are sent',
      () => {
        const before = there.proxy.bytes;
        there.proxy.cutsAt = () => {
          there.proxy.isDead ||= there.proxy.bytes - before > 2_000_000;
          return there.proxy.isDead;
        };
        return () => {};
      },
    ],
    [
      'it builds',
      () => slow,
      'the log of podman is followed',
      () => (line) => {
        if (line.endsWith('] sleeping')) die();
      },
    ],
    [
      'the results come back',
      () => large,
      'shared is fetched',
      () => (line) => {
        if (!line.startsWith('build: pushing ')) return;
        const { connections } = there.proxy;
        there.proxy.cutsAt = (connection) => {
          there.proxy.isDead ||= connection > connections;
          return there.proxy.isDead;
        };
      },
    ],
  ];
  test.for(shareOf('deaths of a host', deaths, 1))(
    'dies while %s',
    { timeout },
    async ([, source, doing, disturb]) => {
      const built = await build(source(), {}, disturb());
      const remains = await watch.remains();
      revive();

      await expectFailed(
        built,
        new RegExp(`error: cannot reach the build host .* while ${doing}, for 3 s: `),
      );
      expect(built.lines.join('\n')).toMatch(/build: warning: left on the build host .*: directory /);
      expect(remains.map((one) => one.split(' ')[0])).toContain('directory');
      expect(await endLeases(user, watch)).toEqual([]);
      const { digest } = await builds.repository('test/image').resolve('1');
      // What was pushed there before it died is a whole image, and has its tag.
      if (doing === 'shared is fetched') expect(digest).not.toBe(old);
      else expect(digest).toBe(old);
    },
  );

  test('is there, when the step is killed', { timeout }, async () => {
    const built = await build(slow, {}, (line) => {
      if (line.endsWith('] sleeping')) void killStep(builds.steps);
    });

    expect(built.status, built.lines.join('\n')).toBe('Failed');
    expect(built.message).toContain('"step-build" exited with code 137');
    expect((await watch.remains()).map((one) => one.split(' ')[0])).toContain('container');
    expect(await endLeases(user, watch)).toEqual([]);
  });

  test.for([
    [
      '4m',
      'what is sent',
      /error: failed on the build host .* while files are sent: .*No space left on device/,
    ],
    ['20m', 'the build', /error: (?:buildah exited|cannot|.*[Nn]o space left)/],
  ] as const)('has no room (%s) for %s', { timeout }, async ([size, , message]) => {
    const directory = join(user, 'small');
    mkdirSync(directory);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
    using small = watchHost(directory);
    try {
      const built = await build(large, { directory });

      await expectFailed(built, message);
      expect(built.lines.join('\n')).toMatch(/[Nn]o space left|the disk may be full/);
      expect(await small.remains()).toEqual([]);
    } finally {
      await run('umount', [directory]);
    }
  });
});

/** The step in its pod, not the one on the host. */
async function killStep(steps: string): Promise<void> {
  const filter = ['--filter', `volume=${steps}`, '--format', '{{.ID}} {{.Labels}}'];
  const { stdout } = await run('podman', ['ps', ...filter]);
  const line = stdout.split('\n').find((one) => one !== '' && !one.includes('bootc-catalog.host'));
  await run('podman', ['kill', '--signal', 'KILL', line?.split(' ')[0] ?? '']);
}
