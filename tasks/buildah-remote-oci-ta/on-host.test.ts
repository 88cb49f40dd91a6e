import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImage } from '#lib/oci';
import { run } from '#lib/process';
import { missing } from '#test/build-pod';
import { createCertificate } from '#test/registries/certificate';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { shareOf } from '#test/share';

let builds: RemoteBuilds;
let there: TestHost;
let host: string;
let look: Uint8Array;

/** This machine's own openssh-server and podman are the host, and its root the step image there. */
describe.skipIf(missing.length > 0 || !canBeHost)('builds on a host behind ssh', () => {
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'on-host-'));
    const program = join(directory, 'look');
    const source = join(import.meta.dirname, 'fixture/look.c');
    await run('gcc', ['-static', '-O1', '-Wall', '-Werror', '-o', program, source]);
    look = readFileSync(program);
    rmSync(directory, { recursive: true });
    there = await startTestHost();
    const known = join(there.scratch, 'known');
    writeFileSync(known, there.sshd.knownHost);
    host = `ssh://${there.address},key=${there.sshd.key},known-hosts=${known}`;
    builds = await openRemoteBuilds();
  }, 120_000);
  afterAll(async () => {
    await builds[Symbol.asyncDispose]();
    await there.stop();
  });

  const linesOf = (...commands: readonly (readonly string[])[]) =>
    `FROM scratch\nCOPY look /\n${commands.map((one) => `RUN ${JSON.stringify(['/look', ...one])}\n`).join('')}`;

  test('an image is built and pushed there, and its results and SBOM come back', {
    timeout: 180_000,
  }, async () => {
    const { status, lines, values } = await builds.build({
      host,
      files: { Containerfile: linesOf(['cat', '/run/src/own']), look, own: 'of the source' },
      params: { DOCKERFILE: 'Containerfile', WORKINGDIR_MOUNT: '/run/src', LABELS: ['a=$(b) "c"'] },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    expect(lines).toContain('build: [buildah] /run/src/own: of the source');
    const repository = builds.repository('test/image');
    const { descriptor, config } = await readImage(repository, '1');
    expect(values.IMAGE_DIGEST).toBe(descriptor.digest);
    expect((await repository.resolve('build')).digest).toBe(descriptor.digest);
    expect(config.config?.Labels).toMatchObject({ a: '$(b) "c"' });
    expect(values.SBOM_BLOB_URL).toContain('/test/image@sha256:');
    await expectClean();
  });

  test('a build with all rights runs containers in RUN lines, and no other does', {
    timeout: 300_000,
  }, async () => {
    const files = { Containerfile: `${linesOf()}COPY look /d/look\nRUN ["/look", "nest", "/d"]\n`, look };
    const params = { DOCKERFILE: 'Containerfile' };
    const nested = await builds.build({ host, files, params: { ...params, PRIVILEGED_NESTED: 'true' } });
    const plain = await builds.build({ host, files, params });

    expect(nested.status, nested.lines.join('\n')).toBe('Succeeded');
    expect(nested.lines).toContain('build: [buildah] nest: process 1 of its own');
    expect(plain.status).toBe('Failed');
    expect(plain.lines).toContain('build: [buildah] nest: unshare: Operation not permitted');
    await expectClean();
  });

  test('what fails there is told once, and nothing is left', { timeout: 180_000 }, async () => {
    const { status, lines, values } = await builds.build({
      host,
      files: { Containerfile: linesOf(['cat', '/nothing']), look },
      params: { DOCKERFILE: 'Containerfile', IMAGE: `${builds.registry.host}/test/none:1` },
    });

    expect(status).toBe('Failed');
    expect(lines.filter((line) => line.includes(': error: '))).toEqual([
      expect.stringMatching(/^build: error: buildah exited with code 1: .*building at STEP "RUN \/look cat/),
    ]);
    expect(values).toEqual({});
    await expectClean();
  });

  test('what cannot be built is told before the host is asked', async () => {
    const { lines } = await builds.build({
      host: host.replace(there.address, 'root@127.0.0.1:1'),
      files: { Containerfile: 'FROM scratch\n' },
      params: { DOCKERFILE: 'Other' },
    });

    expect(lines.filter((line) => line.includes(': error: '))).toEqual([
      expect.stringContaining('there is no Containerfile'),
    ]);
  });

  test('a key that is handed out for a password is asked for once', { timeout: 240_000 }, async () => {
    const certificate = await createCertificate(there.scratch);
    const asked: string[] = [];
    // A stand-in for the server of the multi-platform controller.
    const server = createServer(
      { key: readFileSync(certificate.key), cert: certificate.pem },
      (request, response) => {
        request.on('data', (chunk: Buffer) => asked.push(chunk.toString()));
        request.on('end', () => {
          response.writeHead(asked.length === 1 ? 200 : 400);
          response.end(asked.length === 1 ? readFileSync(there.sshd.key, 'utf8').trimEnd() : '');
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const mounts = [{ source: builds.steps, path: '/usr/libexec/bootc-catalog' }];
    const stringData = {
      host: there.address,
      'user-dir': there.userDirectory,
      otp: 'only-once',
      'otp-server': `https://127.0.0.1:${(server.address() as AddressInfo).port}/otp`,
      'otp-ca': certificate.pem,
      'step-image.json': JSON.stringify({ rootfs: '/', mounts }),
    };
    const metadata = { name: 'multi-platform-ssh-build' };
    const objects = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
    const build = {
      files: { Containerfile: linesOf(), look },
      params: { DOCKERFILE: 'Containerfile' },
      objects,
    };

    const first = await builds.build(build);
    const again = await builds.build(build);
    server.close();

    expect(first.status, first.lines.join('\n')).toBe('Succeeded');
    expect(asked).toEqual(['only-once', 'only-once']);
    expect(again.status).toBe('Failed');
    expect(again.lines.join('\n')).toMatch(
      /build: error: no key for the build host from .*a retry of the TaskRun cannot work/s,
    );
    expect(again.lines.join('\n')).not.toContain('only-once');
    expect(readdirSync(there.userDirectory)).toEqual([]);
  });

  test.for(shareOf('ends of builds on a host', ['cancelled', 'out of time'], 1))(
    'a build that is %s leaves nothing there',
    {
      timeout: 300_000,
    },
    async (how) => {
      const controller = new AbortController();
      const { status, lines } = await builds.build({
        host,
        files: { Containerfile: linesOf(['sleep', '10000']), look },
        params: { DOCKERFILE: 'Containerfile' },
        ...(how === 'cancelled' ? { signal: controller.signal } : { timeout: '20s' }),
        onLine: (line) => line.endsWith('] sleeping') && controller.abort(),
      });

      expect(status, lines.join('\n')).toBe(how === 'cancelled' ? 'Cancelled' : 'TimedOut');
      await expectClean();
    },
  );
});

/** Neither container nor directory of ours is there. */
async function expectClean(): Promise<void> {
  const { stdout } = await run('podman', ['ps', '--all', '--quiet', '--filter', 'label=bootc-catalog.host']);
  expect(stdout).toBe('');
  expect(readdirSync('/var/tmp').filter((name) => name.startsWith('bootc-catalog-'))).toEqual([]);
}
