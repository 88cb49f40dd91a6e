import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, type Descriptor, fetchBytes, openLayer, packLayer, pushImage, readImage } from '#lib/oci';
import { missing } from '#test/build-pod';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';

let builds: RemoteBuilds;
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;

describe.skipIf(missing.length > 0)(`builds for real${skipped}`, () => {
  beforeAll(async () => {
    builds = await openRemoteBuilds();
  }, 120_000);
  afterAll(() => builds[Symbol.asyncDispose]());

  test('an image has what its params say, its SBOM, and the tags of the image and of the TaskRun', {
    timeout: 180_000,
  }, async () => {
    const { status, values, lines } = await builds.build({
      files: {
        'app/Containerfile':
          'FROM scratch\nARG WORD\nARG OTHER\nCOPY file /\nLABEL word=$WORD other=$OTHER\n',
        'app/file': 'x',
        args: '# some\nWORD=file\n\nOTHER=a b\n',
        annotations: 'one=1\ntwo=2\n',
      },
      params: {
        CONTEXT: 'app',
        DOCKERFILE: 'Containerfile',
        BUILD_ARGS: ['WORD=param'],
        BUILD_ARGS_FILE: 'args',
        ANNOTATIONS: ['two=$(x) "y"'],
        ANNOTATIONS_FILE: 'annotations',
        LABELS: ['a=1', 'a=2', 'description="a, b"'],
        ENV_VARS: ['NAME=v w'],
        IMAGE_EXPIRES_AFTER: '5d',
        IMAGE_APPEND_PLATFORM: 'true',
        SOURCE_URL: 'https://git.example.com/a',
        COMMIT_SHA: 'abc',
        SOURCE_DATE_EPOCH: '1700000000',
      },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const name = `${builds.registry.host}/test/image:1-linux-amd64`;
    expect(values).toMatchObject({ IMAGE_URL: name, IMAGE_REF: `${name}@${values.IMAGE_DIGEST}` });
    const repository = builds.repository('test/image');
    const { descriptor, manifest, config } = await readImage(repository, '1-linux-amd64');
    expect(descriptor.digest).toBe(values.IMAGE_DIGEST);
    expect((await repository.resolve('build')).digest).toBe(values.IMAGE_DIGEST);
    expect(config.created).toBe('2023-11-14T22:13:20Z');
    expect(config.config?.Env).toContain('NAME=v w');
    expect(config.config?.Labels).toMatchObject({
      a: '2',
      description: '"a, b"',
      word: 'param',
      other: 'a b',
      'quay.expires-after': '5d',
      'vcs-ref': 'abc',
      'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
    });
    expect(manifest.annotations).toMatchObject({
      one: '1',
      two: '$(x) "y"',
      'org.opencontainers.image.source': 'https://git.example.com/a',
    });
    const last = manifest.layers.at(-1) as Descriptor;
    const layer = Buffer.from(await collect(openLayer(repository, last))).toString();
    expect(layer).toContain('usr/share/buildinfo/labels.json');
    expect(layer).toContain('"vcs-ref": "abc"');
    // Labels of the Containerfile are in it, too, in the order of their names.
    expect(layer).toMatch(/"other": "a b",.*"word": "param"/s);
    const [, digest = ''] = (values.SBOM_BLOB_URL ?? '').split('@');
    const tag = `${descriptor.digest.replace(':', '-')}.sbom`;
    const attached = await readManifest(repository, tag);
    expect(attached.layers[0]?.digest).toBe(digest);
  });

  test('a base image is taken by its digest, in FROM and COPY --from, and named in annotations and SBOM', {
    timeout: 180_000,
  }, async () => {
    const base = await pushBase('base', 'amd64');
    const reference = `${builds.registry.host}/base@${base}`;
    const tagged = `${builds.registry.host}/base:1`;

    const { status, values, lines } = await builds.build({
      files: {
        Containerfile: `ARG BASE\nFROM \${BASE} as one\nFROM scratch as unused\nCOPY nothing /\nFROM ${tagged}\nCOPY --from=one /base-file /copied\n`,
      },
      params: { DOCKERFILE: 'Containerfile', BUILD_ARGS: [`BASE=${reference}`], SKIP_INJECTIONS: 'true' },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const repository = builds.repository('test/image');
    const { manifest } = await readImage(repository, values.IMAGE_DIGEST ?? '');
    expect(manifest.annotations).toMatchObject({
      'org.opencontainers.image.base.name': tagged,
      'org.opencontainers.image.base.digest': base,
    });
    const [, digest = ''] = (values.SBOM_BLOB_URL ?? '').split('@');
    const size = Number((await readManifest(repository, sbomTag(values))).layers[0]?.size);
    const blob = { mediaType: 'text/spdx+json', digest: digest as Descriptor['digest'], size };
    const sbom = Buffer.from(await fetchBytes(repository, blob)).toString();
    expect(sbom).toContain('DESCENDANT_OF');
    expect(sbom).toContain(base);
  });

  test('a base image is found however FROM names it', { timeout: 180_000 }, async () => {
    const digest = await pushBase('base', 'amd64');
    const name = `${builds.registry.host}/base`;
    const froms = ['$PINNED', `"${name}:\${TAG}"`, `docker://${name}:1`, `${name}@${digest}`];
    const copies = froms.map((_, index) => `COPY --from=stage${index} /base-file /${index}`);
    const stages = froms.map((from, index) => `FROM ${from} as stage${index}`);

    const { status, lines } = await builds.build({
      files: {
        Containerfile: ['ARG PINNED=q.io/other', 'ARG TAG', ...stages, 'FROM scratch', ...copies, ''].join(
          '\n',
        ),
      },
      params: { DOCKERFILE: 'Containerfile', BUILD_ARGS: [`PINNED=${name}:1@${digest}`, 'TAG=1'] },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
  });

  test.for<[string, Record<string, string>, Record<string, string | string[]>, string]>([
    [
      'a short name',
      { Containerfile: 'FROM fedora\n' },
      {},
      'base image "fedora" (line 1) has no registry in its name',
    ],
    [
      'a build argument twice',
      { Containerfile: 'FROM scratch\n' },
      { BUILD_ARGS: ['A=1', 'A=2'] },
      'BUILD_ARGS has A twice',
    ],
    [
      'a file outside',
      { Containerfile: 'FROM scratch\n' },
      { BUILD_ARGS_FILE: '../../../etc/passwd' },
      'BUILD_ARGS_FILE ../../../etc/passwd leads out of the source',
    ],
    [
      'a line that is no assignment',
      { Containerfile: 'FROM scratch\n', args: 'A=1\nB\n' },
      { BUILD_ARGS_FILE: 'args' },
      'BUILD_ARGS_FILE args:2 is not NAME=value',
    ],
    [
      'two names of one param with two values',
      { Containerfile: 'FROM scratch\n', args: 'A=1\n' },
      { BUILD_ARGS_FILE: 'args', BUILD_ARGS_FILES: ['other'] },
      'BUILD_ARGS_FILE is "args" and BUILD_ARGS_FILES, its later name, is "other"',
    ],
    [
      'a relative place for the context',
      { Containerfile: 'FROM scratch\n' },
      { WORKINGDIR_MOUNT: 'run/src' },
      'WORKINGDIR_MOUNT run/src is no absolute path',
    ],
    [
      'two times',
      { Containerfile: 'FROM scratch\n' },
      { SOURCE_DATE_EPOCH: '1', BUILD_TIMESTAMP: '1' },
      'SOURCE_DATE_EPOCH and BUILD_TIMESTAMP are both given',
    ],
    ['no Containerfile', { other: '' }, {}, 'there is no Containerfile'],
    [
      'a here-document',
      { Containerfile: 'FROM scratch\nCOPY <<E /f\nx\nE\n' },
      {},
      'here-documents, which buildah 1.28.2 does not have',
    ],
    [
      'a script of its own in a here-document',
      { Containerfile: 'FROM scratch\nRUN <<E\n#!/bin/x\nE\n' },
      {},
      'Containerfile:2 needs here-documents, which buildah 1.28.2 does not have',
    ],
    [
      'containers in RUN lines',
      { Containerfile: 'FROM scratch\n' },
      { PRIVILEGED_NESTED: 'true' },
      'PRIVILEGED_NESTED=true needs a host',
    ],
    [
      'an additional image without a digest',
      { Containerfile: 'FROM scratch\n' },
      { ADDITIONAL_BASE_IMAGES: ['quay.io/a/b:1'] },
      'ADDITIONAL_BASE_IMAGES has quay.io/a/b:1, which has no digest',
    ],
    ['another format of SBOM', { Containerfile: 'FROM scratch\n' }, { SBOM_TYPE: 'syft' }, 'SBOM_TYPE'],
  ])('%s: one message, and nothing is pushed', { timeout: 180_000 }, async ([, files, params, message]) => {
    const { status, lines, values } = await builds.build({
      files,
      params: { DOCKERFILE: 'Containerfile', IMAGE: `${builds.registry.host}/test/none:1`, ...params },
    });

    expect(status).toBe('Failed');
    expect(lines.filter((line) => /^[\w-]+: error: /.test(line))).toEqual([expect.stringContaining(message)]);
    expect(values).toEqual({});
    await expect(builds.repository('test/none').resolve('1')).rejects.toThrow();
  });

  test('of several files with build arguments the later win, and the param over all', {
    timeout: 180_000,
  }, async () => {
    const { status, values, lines } = await builds.build({
      files: {
        Containerfile: 'FROM scratch\nARG A\nARG B\nARG C\nCOPY one /\nLABEL all=$A$B$C\n',
        one: 'A=1\nB=1\nC=1\n',
        two: 'B=2\nC=2\n',
      },
      params: { DOCKERFILE: 'Containerfile', BUILD_ARGS_FILES: ['one', 'two'], BUILD_ARGS: ['C=3'] },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const { config } = await readImage(builds.repository('test/image'), values.IMAGE_DIGEST ?? '');
    expect(config.config?.Labels?.all).toBe('123');
  });

  test('a base image of another architecture is refused', { timeout: 180_000 }, async () => {
    await pushBase('other', 's390x');
    const { host } = builds.registry;
    const cases = [`FROM ${host}/other:1\n`, `FROM --platform=linux/s390x ${host}/other:1\n`];
    for (const Containerfile of cases) {
      const { status, lines } = await builds.build({
        files: { Containerfile },
        params: { DOCKERFILE: 'Containerfile' },
      });

      expect(status).toBe('Failed');
      expect(lines.join('\n')).toContain(
        `base image "${host}/other:1" (line 1) is for linux/s390x, and the build for linux/amd64`,
      );
      expect(lines.join('\n')).toContain('set ALLOW_CROSS_PLATFORM_IMAGES to true');
    }
  });

  test('files of an image of another architecture are taken where that is allowed', {
    timeout: 180_000,
  }, async () => {
    await pushBase('other', 's390x');
    const { host } = builds.registry;

    const { status, values, lines } = await builds.build({
      files: { Containerfile: `FROM ${host}/other:1 AS one\nFROM scratch\nCOPY --from=one /base-file /\n` },
      params: { DOCKERFILE: 'Containerfile', ALLOW_CROSS_PLATFORM_IMAGES: 'true', SKIP_INJECTIONS: 'true' },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    expect(lines.join('\n')).toContain('what is taken from it may not run there');
    const { config, manifest } = await readImage(builds.repository('test/image'), values.IMAGE_DIGEST ?? '');
    expect(config.architecture).toBe('amd64');
    const [layer] = manifest.layers;
    const content = await collect(openLayer(builds.repository('test/image'), layer as Descriptor));
    expect(Buffer.from(content).toString()).toContain('of the base');
  });
});

const sbomTag = (values: Readonly<Record<string, string>>) =>
  `${(values.IMAGE_DIGEST ?? '').replace(':', '-')}.sbom`;

type Readable = ReturnType<RemoteBuilds['repository']>;

async function readManifest(repository: Readable, tag: string) {
  const descriptor = await repository.resolve(tag);
  const text = Buffer.from(await fetchBytes(repository, descriptor)).toString();
  return JSON.parse(text) as { readonly layers: readonly { digest: string; size: number }[] };
}

async function pushBase(name: string, architecture: string): Promise<string> {
  const layer = await packLayer([{ path: 'base-file', content: 'of the base' }]);
  const config = { os: 'linux', architecture, config: { Labels: { base: 'yes' } } };
  const pushed = await pushImage(builds.repository(name), { config, layers: [layer], tags: ['1'] });
  return pushed.digest;
}
