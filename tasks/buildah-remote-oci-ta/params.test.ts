import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createRegistryClient, type Digest, openLayer, packLayer, pushImage, readImage } from '#lib/oci';
import { readTar } from '#lib/rootfs';
import { missing } from '#test/build-pod';
import { compileLook, looking } from '#test/look';
import { createCertificate } from '#test/registries/certificate';
import { startRegistry } from '#test/registries/registry';
import { startTunnel } from '#test/registries/tunnel';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';

const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;
const timeout = 240_000;
/** What all builds here do without, as other tests show it. */
const less = { DOCKERFILE: 'Containerfile', SKIP_SBOM_GENERATION: 'true' };
let builds: RemoteBuilds;
let look: Uint8Array;
let base: string;

describe.skipIf(missing.length > 0)(`what params do to a real build${skipped}`, () => {
  beforeAll(async () => {
    look = await compileLook();
    builds = await openRemoteBuilds();
    base = await pushBase(builds.registry.host, builds.repository('base'));
  }, 120_000);
  afterAll(() => builds[Symbol.asyncDispose]());

  test('secrets, certificates, capabilities and repositories reach RUN lines, and stay out of the image', {
    timeout,
  }, async () => {
    const { status, lines, values } = await builds.build({
      files: {
        Containerfile: `FROM ${base}\n${looking(
          ['cat', '/run/secrets/own/word', '--mount=type=secret,id=own/word'],
          ['cat', '/etc/pki/entitlement/1.pem'],
          ['env', 'HTTPS_PROXY'],
          ['status', 'CapEff'],
          ['cat', '/run/repos/a.repo'],
          ['cat', '/run/repos/b.repo'],
        )}`,
        'own.repos/a.repo': '[a]',
        'fetched/b.repo': '[b]',
      },
      params: {
        ...less,
        ADDITIONAL_SECRET: 'own',
        ENTITLEMENT_SECRET: 'ours',
        ENV_VARS: [`OWN=a "b" 'c'; d`],
        ADD_CAPABILITIES: 'SYS_PTRACE,NET_ADMIN',
        YUM_REPOS_D_SRC: 'own.repos',
        YUM_REPOS_D_FETCHED: 'source/fetched',
        YUM_REPOS_D_TARGET: '/run/repos',
        RHSM_MOUNT_CA_CERTS: 'never',
        SKIP_INJECTIONS: 'true',
      },
      objects: `${secret('own', 'word', 'of the secret')}\n---\n${secret('ours', '1.pem', 'a certificate')}\n`,
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const said = lines.join('\n');
    for (const text of [
      '/run/secrets/own/word: of the secret',
      '/etc/pki/entitlement/1.pem: a certificate',
      'HTTPS_PROXY: not there',
      '/run/repos/a.repo: [a]',
      '/run/repos/b.repo: [b]',
    ]) {
      expect(said).toContain(text);
    }
    const effective = BigInt(`0x${/CapEff:\s*(\w+)/.exec(said)?.[1] ?? '0'}`);
    // Numbers 12 and 19 of linux/capability.h; the usual ones have neither.
    expect([12n, 19n].map((bit) => (effective >> bit) & 1n)).toEqual([1n, 1n]);
    const { texts, config } = await contentOf(values.IMAGE_DIGEST ?? '');
    // buildah 1.28 sets variables once all is built.
    expect(said).toContain('ENV_VARS are in the image, and RUN lines do not see them');
    expect(config.config?.Env).toContain(`OWN=a "b" 'c'; d`);
    // buildah leaves empty places where something was mounted.
    const ofBase = ['look', 'usr/share/buildinfo/labels.json'];
    expect([...texts].filter(([, text]) => text !== '').map(([path]) => path)).toEqual(ofBase);
  });

  test("a target stage in docker's format, squashed, without history and without labels of its base", {
    timeout,
  }, async () => {
    const { status, lines, values } = await builds.build({
      files: {
        Containerfile: [
          `FROM ${base} AS one`,
          'LABEL below=yes',
          'FROM one AS two',
          'ARG BOTH',
          'LABEL own=1 both=$BOTH',
          'COPY Containerfile /a',
          'COPY Containerfile /b',
          'FROM registry.invalid/none:1',
        ].join('\n'),
      },
      params: {
        ...less,
        BUILDAH_FORMAT: 'docker',
        TARGET_STAGE: 'two',
        SQUASH: 'true',
        OMIT_HISTORY: 'true',
        INHERIT_BASE_IMAGE_LABELS: 'false',
        BUILD_ARGS: ['BOTH=of the param'],
        LABELS: ['description="a, b"', 'base.param=1'],
        BUILD_TIMESTAMP: '1600000000',
        LOG_LEVEL: 'error',
      },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    expect(lines.filter((line) => /^build: (?:warning|pulling|pushing)/.test(line))).toEqual([]);
    const { manifest, config, paths, texts, count } = await contentOf(values.IMAGE_DIGEST ?? '');
    expect(manifest.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
    expect(config.history ?? []).toEqual([]);
    const labels = {
      architecture: 'x86_64',
      'base.param': '1',
      both: 'of the param',
      'build-date': '2020-09-13T12:26:40Z',
      description: '"a, b"',
      'io.buildah.version': expect.stringMatching(/^\d/),
      'org.opencontainers.image.created': '2020-09-13T12:26:40Z',
      own: '1',
    };
    expect(config.config?.Labels).toEqual(labels);
    expect(paths).toEqual(expect.arrayContaining(['a', 'b']));
    // As buildah --squash gives it: base, build and labels.json together, and each path once.
    expect(manifest.layers).toHaveLength(1);
    expect(config.rootfs.diff_ids).toHaveLength(1);
    expect(count('usr/share/buildinfo/labels.json')).toBe(1);
    expect(JSON.parse(texts.get('usr/share/buildinfo/labels.json') ?? '')).toEqual(labels);
    // /root of the base is a link, as in images of ostree.
    expect(texts.get('var/roothome/buildinfo/labels.json')).toBe(
      texts.get('usr/share/buildinfo/labels.json'),
    );
    expect(paths).not.toContain('root/buildinfo');
  });

  test('ONBUILD of a base image acts, and its labels stay where those of the base do not', {
    timeout,
  }, async () => {
    const triggers = ['LABEL triggered=yes', 'COPY Containerfile /triggered'];
    const acting = await pushBase(builds.registry.host, builds.repository('acting'), triggers);
    const { status, lines, values } = await builds.build({
      files: { Containerfile: `FROM ${acting}\nLABEL own=1\n` },
      params: { ...less, BUILDAH_FORMAT: 'docker', INHERIT_BASE_IMAGE_LABELS: 'false' },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const { config, paths } = await contentOf(values.IMAGE_DIGEST ?? '');
    expect(config.config?.Labels).toMatchObject({ triggered: 'yes', own: '1' });
    expect(config.config?.Labels).not.toHaveProperty('base');
    expect(paths).toContain('triggered');

    const copies = ['COPY --from=registry.example/other:1 /a /'];
    const other = await pushBase(builds.registry.host, builds.repository('copying'), copies);
    const refused = await builds.build({ files: { Containerfile: `FROM ${other}\n` }, params: less });
    expect(refused.status).toBe('Failed');
    expect(refused.lines.join('\n')).toContain(`ONBUILD of "${other}":1: COPY names another image`);
  });

  test('stages that nothing needs are built where SKIP_UNUSED_STAGES is false', { timeout }, async () => {
    const files = { Containerfile: `FROM ${base} AS unused\nRUN ["/look", "env", "UNUSED"]\nFROM ${base}\n` };
    const build = (SKIP_UNUSED_STAGES: string) =>
      builds.build({ files, params: { ...less, SKIP_UNUSED_STAGES, SKIP_INJECTIONS: 'true' } });

    const [skips, builtAll] = [await build('true'), await build('false')];

    expect([skips.status, builtAll.status], builtAll.lines.join('\n')).toEqual(['Succeeded', 'Succeeded']);
    const ran = 'build: [buildah] UNUSED: not there';
    expect([skips.lines.includes(ran), builtAll.lines.includes(ran)]).toEqual([false, true]);
  });

  test('images are pulled through HTTP_PROXY, whose authority is trusted, and pushed without it', {
    timeout,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'params-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const certificate = await createCertificate(folder, 'proxied', ['registry.example']);
    const far = await startRegistry({ tls: certificate });
    onTestFinished(() => far.stop());
    await using proxy = await startTunnel(far.host);
    using client = createRegistryClient({ ca: [certificate.pem], plainHttp: { [far.host]: false } });
    await pushBase(far.host, client.repository(`${far.host}/base`));

    const { status, lines, values } = await builds.build({
      files: { Containerfile: 'FROM registry.example/base:1\nCOPY Containerfile /\n' },
      params: {
        ...less,
        HTTP_PROXY: proxy.host,
        NO_PROXY: '10.0.0.0/8,.svc',
        PROXY_CA_TRUST_CONFIG_MAP_NAME: 'of-proxy',
        ICM_KEEP_COMPAT_LOCATION: 'false',
      },
      objects: JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'of-proxy' },
        data: { 'ca-bundle.crt': certificate.pem },
      }),
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    expect(new Set(proxy.connected)).toEqual(new Set(['registry.example:443']));
    const { paths } = await contentOf(values.IMAGE_DIGEST ?? '');
    expect(paths.filter((path) => path.endsWith('labels.json'))).toEqual(['usr/share/buildinfo/labels.json']);
  });

  test('with TLSVERIFY=false any certificate is taken, for base and image', { timeout }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'params-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const certificate = await createCertificate(folder);
    const secure = await startRegistry({ tls: certificate });
    onTestFinished(() => secure.stop());
    using client = createRegistryClient({ ca: [certificate.pem], plainHttp: { [secure.host]: false } });
    await pushBase(secure.host, client.repository(`${secure.host}/base`));

    const { status, lines, values } = await builds.build({
      files: { Containerfile: `FROM ${secure.host}/base:1\nCOPY Containerfile /\n` },
      params: { ...less, TLSVERIFY: 'false', IMAGE: `${secure.host}/image:1` },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const found = await client.repository(`${secure.host}/image`).resolve('1');
    expect(found.digest).toBe(values.IMAGE_DIGEST);
  });

  test('an image for another architecture says so', { timeout }, async () => {
    const { status, lines, values } = await builds.build({
      files: {
        Containerfile: 'FROM scratch\nARG TARGETARCH\nCOPY Containerfile /\nLABEL target=$TARGETARCH\n',
      },
      params: {
        ...less,
        PLATFORM: 'linux-mlarge/arm64',
        IMAGE_APPEND_PLATFORM: 'true',
      },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    expect(values.IMAGE_URL).toBe(`${builds.registry.host}/test/image:1-linux-mlarge-arm64`);
    const { config, paths } = await contentOf(values.IMAGE_DIGEST ?? '');
    expect(paths.filter((path) => path.endsWith('labels.json'))).toEqual([
      'root/buildinfo/labels.json',
      'usr/share/buildinfo/labels.json',
    ]);
    expect(config).toMatchObject({ os: 'linux', architecture: 'arm64' });
    expect(config.config?.Labels).toMatchObject({ architecture: 'aarch64', target: 'arm64' });
  });

  async function contentOf(digest: string) {
    const repository = builds.repository('test/image');
    const { manifest, config } = await readImage(repository, digest);
    const texts = new Map<string, string>();
    const all: string[] = [];
    for (const [index, layer] of manifest.layers.entries()) {
      const diffId = config.rootfs.diff_ids[index] as Digest;
      await readTar(openLayer(repository, layer, { diffId }), async (entry) => {
        let text = '';
        for await (const chunk of entry.content()) text += Buffer.from(chunk).toString('latin1');
        const path = String(entry.path).replace(/\/$/, '');
        all.push(path);
        texts.set(path, text);
      });
    }
    const count = (path: string) => all.filter((one) => one === path).length;
    return { manifest, config, texts, paths: [...texts.keys()], count };
  }
});

/** An image of the program `look` and two labels, as `base:1`, or of another name with triggers; its reference. */
async function pushBase(
  host: string,
  repository: ReturnType<RemoteBuilds['repository']>,
  OnBuild?: readonly string[],
): Promise<string> {
  const format = OnBuild ? 'docker' : 'oci';
  const files = [
    { path: 'look', content: look, mode: 0o755 },
    { path: 'root', link: 'var/roothome' },
    { path: 'usr/share/buildinfo/labels.json', content: '{"base":"yes"}' },
  ];
  const Labels = { base: 'yes', both: 'base' };
  const config = { os: 'linux', architecture: 'amd64', config: { Labels, ...(OnBuild && { OnBuild }) } };
  await pushImage(repository, { config, layers: [await packLayer(files, { format })], tags: ['1'], format });
  return `${host}/${repository.name.split('/').at(-1)}:1`;
}

function secret(name: string, key: string, value: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { [key]: value },
  });
}
