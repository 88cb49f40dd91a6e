import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  collect,
  createRegistryClient,
  type Descriptor,
  describe as descriptorOf,
  digestOf,
  fetchManifest,
  mediaTypeOf,
  openLayer,
  packLayer,
  pushImage,
  readImage,
} from '#lib/oci';
import { type BuildPod, missing, openBuildPod } from '#test/build-pod';
import { createCertificate } from '#test/registries/certificate';
import { startFarRegistry } from '#test/registries/far-registry';
import { startRegistry } from '#test/registries/registry';

let pod: BuildPod;
let folder: string;
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;

describe.skipIf(missing.length > 0)(`builds for real${skipped}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buildah-bootc-'));
    pod = await openBuildPod();
  }, 120_000);
  afterAll(async () => {
    await pod[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test.for([
    ['cri-o', 'oci', 'vfs'],
    ['cri-o', 'docker', 'overlay'],
    ['containerd', 'oci', 'overlay'],
    ['containerd', 'docker', 'vfs'],
  ] as const)(
    'builds, under the capabilities of %s, an image in the format %s with %s as it is told',
    { timeout: 180_000 },
    async ([runtime, format, driver]) => {
      const Containerfile = `FROM scratch
ARG WORD
COPY program /
RUN ["/program", "hello"]
RUN ["/program", "capability"]
`;
      const params = {
        BUILD_ARGS: ['WORD=x'],
        LABELS: ['a=b c'],
        COMPOSE_ID: 'Fedora-43',
        IMAGE_EXPIRES_AFTER: '5d',
        BUILDAH_FORMAT: format,
        STORAGE_DRIVER: driver,
      };

      const { status, values, lines } = await pod.build({ files: { Containerfile }, params, runtime });

      expect(status, lines.join('\n')).toBe('Succeeded');
      expect(lines).toContain('build: [buildah] hello');
      const name = `${pod.registry.host}/test/image:1-linux-amd64`;
      expect(values).toMatchObject({ IMAGE_URL: name, IMAGE_REF: `${name}@${values.IMAGE_DIGEST}` });
      const repository = pod.repository('test/image');
      const { descriptor, manifest, config } = await readImage(repository, '1-linux-amd64');
      expect(descriptor.digest).toBe(values.IMAGE_DIGEST);
      expect(descriptor.mediaType).toContain(`.${format}.`);
      expect(manifest.layers[0]?.mediaType).toContain(`.${format}.`);
      expect(config.config?.Labels).toMatchObject({
        a: 'b c',
        'redhat.compose-id': 'Fedora-43',
        'quay.expires-after': '5d',
      });
      const layer = Buffer.from(await collect(openLayer(repository, manifest.layers[0] as Descriptor)));
      expect(layer.includes('SCHILY.xattr.security.capability')).toBe(true);
      const { stdout } = await execa('tar', ['-tv', '--numeric-owner'], { input: layer });
      expect(stdout).toMatch(/ 1234\/65533 .* owned$/m);
      expect(stdout).toMatch(/ 0\/0 .* program$/m);
    },
  );

  test.for(['oci', 'docker'] as const)(
    'takes an image of the format %s, which only the account of the pod may read, in place of the first FROM',
    { timeout: 180_000 },
    async (format) => {
      const base = await pushBase(format);
      const Containerfile = 'FROM quay.io/no/such:image\nCOPY program /\nRUN ["/program", "hello"]\n';
      const FROM_IMAGE = `${pod.registry.host}/private/base:1@${base}`;

      const { status, values, lines } = await pod.build({ files: { Containerfile }, params: { FROM_IMAGE } });

      expect(status, lines.join('\n')).toBe('Succeeded');
      const manifest = await fetchManifest(
        pod.repository('test/image'),
        await pod.repository('test/image').resolve(values.IMAGE_DIGEST ?? ''),
      );
      expect(manifest).toMatchObject({
        layers: [{}, {}],
        annotations: {
          'org.opencontainers.image.base.name': `${pod.registry.host}/private/base:1`,
          'org.opencontainers.image.base.digest': base,
        },
      });
    },
  );

  test('device nodes of a base image, which no user namespace may have, are left out', {
    timeout: 180_000,
  }, async () => {
    const tar = Buffer.from(
      (await execa('tar', ['-c', '-C', '/dev', 'null'], { encoding: 'buffer' })).stdout,
    );
    const content = gzipSync(tar);
    const descriptor = descriptorOf(mediaTypeOf('layer', 'oci', 'gzip'), content);
    const layer = { descriptor, content: new Uint8Array(content), diffId: digestOf(tar) };
    const config = { os: 'linux', architecture: 'amd64' };
    await pushImage(pod.repository('private/base'), { config, layers: [layer], tags: ['devices'] });
    const Containerfile = 'FROM quay.io/no/such:image\nCOPY program /\nRUN ["/program", "hello"]\n';

    const { status, lines } = await pod.build({
      files: { Containerfile },
      params: { FROM_IMAGE: `${pod.registry.host}/private/base:devices`, STORAGE_DRIVER: 'overlay' },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    expect(lines).toContain('build: [buildah] hello');
  });

  test('an image that the Containerfile names is pulled without credentials', {
    timeout: 180_000,
  }, async () => {
    await pushBase('oci');
    const Containerfile = `FROM ${pod.registry.host}/private/base:1\nCOPY program /\n`;

    const { status, lines } = await pod.build({ files: { Containerfile } });

    expect(status).toBe('Failed');
    expect(lines.find((line) => line.startsWith('build: error'))).toMatch(
      /buildah exited .*authentication required/,
    );
  });

  test.for<[name: string, TLSVERIFY: string, status: string, told: RegExp]>([
    ['https', 'true', 'Failed', /certificate/],
    ['https', 'false', 'Succeeded', /hello/],
    ['http', 'true', 'Failed', /server gave HTTP response to HTTPS client/],
    ['http', 'false', 'Succeeded', /hello/],
  ])(
    'a far registry that the Containerfile names, in %s, with TLSVERIFY=%s: the build has %s',
    { timeout: 180_000 },
    async ([scheme, TLSVERIFY, expected, told]) => {
      const tls = scheme === 'https' ? { tls: await createCertificate(folder, scheme) } : {};
      await using registry = await startRegistry(tls);
      await using far = await startFarRegistry(registry.host);
      using client = createRegistryClient({ unverified: [registry.host] });
      await pushBase('oci', client.repository(`${registry.host}/base`));
      const Containerfile = 'FROM far.example:5000/base:1\nCOPY program /\nRUN ["/program", "hello"]\n';
      const proxy = ['HTTP_PROXY', 'HTTPS_PROXY'].map((name) => ({ name, value: far.proxy }));

      const { status, lines } = await pod.build({
        files: { Containerfile },
        params: { TLSVERIFY },
        step: (own) => ({ ...own, env: proxy }),
      });

      expect(status, lines.join('\n')).toBe(expected);
      expect(lines.join('\n')).toMatch(told);
      expect(far.asked[0]?.line).toBe('CONNECT far.example:5000');
    },
  );

  test.for<[string, Record<string, string>, string]>([
    ['CONTEXT leads out', { CONTEXT: '..' }, 'CONTEXT .. leads out of the workspace "source"'],
    ['CONTEXT leads far out', { CONTEXT: '../../../usr' }, 'leads out of the workspace'],
    ['CONTEXT is not there', { CONTEXT: 'no/such' }, 'CONTEXT no/such is not in the workspace "source"'],
    ['DOCKERFILE leads out', { DOCKERFILE: '../../etc/passwd' }, 'DOCKERFILE ../../etc/passwd leads out'],
    ['DOCKERFILE is not there', { DOCKERFILE: 'a\nb' }, String.raw`DOCKERFILE a\nb is not in the workspace`],
    ['IMAGE is no name', { IMAGE: 'oci:/x/y' }, 'not an image reference'],
    ['FROM_IMAGE is not there', { FROM_IMAGE: '127.0.0.1:9/a:1' }, '127.0.0.1:9'],
  ])('%s: one message, and nothing is pushed', { timeout: 180_000 }, async ([, params, message]) => {
    const { status, lines, values } = await pod.build({ files: { Containerfile: 'FROM scratch\n' }, params });

    expect(status).toBe('Failed');
    expect(lines.filter((line) => /^\w+: error: /.test(line))).toEqual([expect.stringContaining(message)]);
    expect(lines.join('\n')).not.toMatch(/^\s+at /m);
    expect(values).toEqual({});
  });

  test('where a program is missing it is named, and no param is told', { timeout: 180_000 }, async () => {
    const { status, lines } = await pod.build({
      files: { Containerfile: 'FROM scratch\n' },
      params: { BUILD_ARGS: ['TOKEN=hunter2'] },
      step: (own) => ({ ...own, env: [{ name: 'PATH', value: '/nowhere' }] }),
    });

    expect(status).toBe('Failed');
    expect(lines.filter((line) => line.startsWith('build: '))).toEqual([
      'build: error: the program buildah is not installed',
      'build: hint: install buildah and run again',
    ]);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});

async function pushBase(
  format: 'oci' | 'docker',
  repository = pod.repository('private/base'),
): Promise<string> {
  const layer = await packLayer([{ path: 'base', content: format }], { format });
  const { digest } = await pushImage(repository, {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [layer],
    format,
    tags: ['1'],
  });
  return digest;
}
