import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { attachSbom } from '#lib/attest';
import {
  createRegistryClient,
  NotFoundError,
  packLayer,
  parseReference,
  pushArtifact,
  pushImage,
} from '#lib/oci';
import { run } from '#lib/process';
import { runStepWith } from '#test/context';
import { digestIn, push, read } from '#test/images/pushed';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { startRegistry } from '#test/registries/registry';
import build from './build.ts';

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());
afterEach(() => vi.unstubAllEnvs());

test('joins images into an index in the order of the platforms', async () => {
  const image = `${registry.host}/joins/image:1`;
  const IMAGES = [await push(image, 's390x'), await push(image, 'amd64')];

  const results = await runStepWith(build, {
    IMAGE: image,
    IMAGES,
    PLATFORMS: ['linux/x86_64', 'linux/s390x'],
  });

  const { root, images } = await read(image);
  expect(results).toMatchObject({
    IMAGE_URL: image,
    IMAGE_DIGEST: root.digest,
    IMAGE_REF: `${registry.host}/joins/image@${root.digest}`,
  });
  expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 's390x']);
  expect(results.IMAGES.split(',')).toHaveLength(2);
  expect(results.PLATFORMS).toEqual(['linux/amd64', 'linux/s390x']);
  expect(results.NODE_PLATFORM).toBe(await machine());
});

test.for([
  ['missing', ['amd64'], ['linux/amd64', 'linux/arm64'], 'linux/arm64 is missing'],
  ['extra', ['amd64', 'arm64'], ['linux/amd64'], 'linux/arm64 is not wanted'],
  ['twice', ['amd64', 'amd64'], [], 'two of the images are for linux/amd64'],
] as const)(
  'with a platform %s it refuses and moves no tag',
  async ([name, architectures, PLATFORMS, message]) => {
    const image = `${registry.host}/refuses/${name}:1`;
    const IMAGES = await Promise.all(
      architectures.map((architecture, index) => push(image, architecture, `${index}`)),
    );

    const failure = runStepWith(build, { IMAGE: image, IMAGES, PLATFORMS });

    await expect(failure).rejects.toThrow(message);
    await expect(read(image)).rejects.toThrow('1');
  },
);

test('refuses images of two formats', async () => {
  const image = `${registry.host}/mixed/image:1`;
  const IMAGES = [await push(image, 'amd64', 'a', 'oci'), await push(image, 'arm64', 'b', 'docker')];

  const failure = runStepWith(build, { IMAGE: image, IMAGES });

  await expect(failure).rejects.toThrow('different formats: docker and oci');
});

test.for([
  ['docker', {}, 'of the format docker, and the index is to be oci'],
  ['oci', { BUILDAH_FORMAT: 'docker' }, 'of the format oci, and the index is to be docker'],
] as const)('refuses images in %s for an index of another format', async ([format, more, message]) => {
  const image = `${registry.host}/format/${format}:1`;
  const IMAGES = [await push(image, 'amd64', 'a', format)];

  await expect(runStepWith(build, { IMAGE: image, IMAGES, ...more })).rejects.toThrow(message);
  await expect(read(image)).rejects.toThrow('1');
});

test('an index in the format of docker is made of images in it', async () => {
  const image = `${registry.host}/format/both:1`;
  const IMAGES = [await push(image, 'amd64', 'a', 'docker'), await push(image, 'arm64', 'b', 'docker')];

  await runStepWith(build, { IMAGE: image, IMAGES, BUILDAH_FORMAT: 'docker' });

  expect((await read(image)).root.mediaType).toBe(
    'application/vnd.docker.distribution.manifest.list.v2+json',
  );
});

test('an image of another repository is copied, with what refers to it', async () => {
  const image = `${registry.host}/one/image:1`;
  const other = await push(`${registry.host}/other/image:1`, 'amd64');
  using client = createRegistryClient();
  const from = client.repository(parseReference(other));
  const subject = await from.resolve(digestIn(other));
  await pushArtifact(from, { artifactType: 'text/plain', subject, parts: [] });
  const sbom = { type: 'spdx', content: Buffer.from('{}\n') } as const;
  const blob = await attachSbom(from, subject, sbom);

  const results = await runStepWith(build, { IMAGE: image, IMAGES: [other, await push(image, 's390x')] });

  const { images } = await read(image);
  const target = client.repository(parseReference(image));
  expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 's390x']);
  expect(results.IMAGES.split(',')[0]).toBe(`${target.name}@${digestIn(other)}`);
  // The artifact, and the SBOM as a referrer.
  expect(await target.referrers(subject)).toHaveLength(2);
  // cosign looks for an SBOM by its tag.
  const tag = `${subject.digest.replace(':', '-')}.sbom`;
  expect((await target.resolve(tag)).digest).toBe((await from.resolve(tag)).digest);
  expect(await target.exists({ mediaType: 'text/spdx+json', digest: blob, size: 3 })).toBe(true);
});

test('where an image is refused, none is copied', async () => {
  const image = `${registry.host}/uncopied/image:1`;
  const IMAGES = [
    await push(`${registry.host}/source/a:1`, 'amd64'),
    await push(`${registry.host}/source/b:1`, 'amd64', 'y'),
  ];

  await expect(runStepWith(build, { IMAGE: image, IMAGES })).rejects.toThrow('two of the images');

  using client = createRegistryClient();
  await expect(client.repository(parseReference(image)).resolve(digestIn(IMAGES[0] ?? ''))).rejects.toThrow(
    NotFoundError,
  );
});

test('with one image and no index asked for, the results are its own, and no tag moves', async () => {
  const image = `${registry.host}/single/image:1`;
  const before = await pushTagged(image, 's390x');
  const only = await push(`${registry.host}/single/other:2`, 'amd64');
  const named = only.replace('@', ':2@');
  vi.stubEnv('TASKRUN_NAME', 'run-single');

  const results = await runStepWith(build, { IMAGE: image, IMAGES: [named], ALWAYS_BUILD_INDEX: 'false' });

  expect(results).toMatchObject({
    IMAGE_URL: `${registry.host}/single/other:2`,
    IMAGE_DIGEST: digestIn(only),
    IMAGE_REF: only,
    IMAGES: only,
    PLATFORMS: ['linux/amd64'],
  });
  expect((await read(image)).root.digest).toBe(before);
  await expect(read(`${registry.host}/single/image:run-single`)).rejects.toThrow('run-single');
});

test('a registry that dies before the tag has moved none, and a retry ends the work', async () => {
  const image = `${registry.host}/dies/image:1`;
  const IMAGES = [await push(image, 'amd64'), await push(image, 'arm64')];
  const proxy = await startFaultProxy(registry.host);
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.endsWith('/manifests/1') ? { kind: 'answer', status: 403 } : undefined;
  const through = (text: string) => text.replace(registry.host, proxy.host);
  const params = { IMAGE: through(image), IMAGES: IMAGES.map(through) };

  await expect(runStepWith(build, params)).rejects.toThrow('answered 403');
  await expect(read(image)).rejects.toThrow('1');
  proxy.fault = () => undefined;
  const { IMAGE_DIGEST } = await runStepWith(build, params);

  expect((await read(image)).root.digest).toBe(IMAGE_DIGEST);
  await proxy.stop();
});

test('results that Tekton would not carry are refused before a tag moves', async () => {
  const image = `${registry.host}/large/${'x'.repeat(220)}:1`;
  const architectures = ['amd64', 'arm64', 'arm', '386', 's390x', 'ppc64le', 'riscv64', 'loong64'];
  const variants = ['a', 'b'].flatMap((end) => architectures.map((architecture) => `${architecture}${end}`));
  const IMAGES = await Promise.all(variants.map((architecture) => push(image, architecture)));

  await expect(runStepWith(build, { IMAGE: image, IMAGES })).rejects.toThrow(
    /^the results take \d+ bytes as JSON and Tekton carries 4096 from a step: IMAGES /,
  );
  await expect(read(image)).rejects.toThrow(NotFoundError);
});

test('several images without an index are refused', async () => {
  const image = `${registry.host}/several/image:1`;
  const IMAGES = [await push(image, 'amd64'), await push(image, 'arm64')];

  await expect(runStepWith(build, { IMAGE: image, IMAGES, ALWAYS_BUILD_INDEX: 'false' })).rejects.toThrow(
    'no index is to be built, and there are 2 images',
  );
  await expect(read(image)).rejects.toThrow('1');
});

test('the index has the name of its TaskRun as a tag, too', async () => {
  const image = `${registry.host}/named/image:1`;
  vi.stubEnv('TASKRUN_NAME', 'build-image-index-7f3a');

  const { IMAGE_DIGEST } = await runStepWith(build, { IMAGE: image, IMAGES: [await push(image, 'amd64')] });

  const tags = ['1', 'build-image-index-7f3a'].map((tag) => read(`${registry.host}/named/image:${tag}`));
  expect((await Promise.all(tags)).map(({ root }) => root.digest)).toEqual([IMAGE_DIGEST, IMAGE_DIGEST]);
});

test('a platform that may be missing is told where it is, and by the index itself', async () => {
  const image = `${registry.host}/failable/image:1`;
  const IMAGES = [await push(image, 'amd64')];
  const PLATFORMS = ['linux/x86_64', 'linux/s390x'];
  const wire = { IMAGE: image, IMAGES, PLATFORMS, NAME: 'standard', RUN: 'one' };
  const lines: string[] = [];

  const results = await runStepWith(build, { ...wire, FAILABLE: ['iot', 'standard@s390x'] }, { lines });
  const { index } = await read(image);
  const whole = await runStepWith(build, { ...wire, FAILABLE: ['standard'] });

  expect(results).toMatchObject({ PLATFORMS: ['linux/amd64'], MISSING_PLATFORMS: ['linux/s390x'] });
  expect(lines.join('\n')).toContain('linux/s390x is missing, and may be');
  expect(index?.annotations).toEqual({
    'org.fedoraproject.bootc.run': 'one',
    'org.fedoraproject.bootc.node-platform': await machine(),
    'org.fedoraproject.bootc.platforms': 'linux/amd64,linux/s390x',
    'org.fedoraproject.bootc.missing-platforms': 'linux/s390x',
  });
  expect(whole.IMAGE_DIGEST).toBe(results.IMAGE_DIGEST);
});

test.for([
  [['iot', 'minimal@s390x', '*@ppc64le'], 'linux/s390x is missing'],
  [['*'], '"*" does not say what may fail'],
] as const)(
  'a required platform that is missing is refused by name, whatever of others may fail: %j',
  async ([FAILABLE, message]) => {
    const image = `${registry.host}/failable/refused:1`;
    const wire = {
      IMAGE: image,
      IMAGES: [await push(image, 'amd64')],
      PLATFORMS: ['linux/amd64', 'linux/s390x'],
    };

    await expect(runStepWith(build, { ...wire, NAME: 'standard', FAILABLE })).rejects.toThrow(message);
    await expect(read(image)).rejects.toThrow('1');
  },
);

test("an index without a run and without FAILABLE says nothing of itself, and docker's format never can", async () => {
  const image = `${registry.host}/failable/silent:1`;
  const IMAGES = [await push(image, 'amd64', 'a', 'docker')];
  const docker = { IMAGE: image, IMAGES, BUILDAH_FORMAT: 'docker', RUN: 'one' };

  const results = await runStepWith(build, { IMAGE: image, IMAGES: [await push(image, 'amd64')] });

  expect(results.MISSING_PLATFORMS).toEqual([]);
  expect((await read(image)).index?.annotations).toBeUndefined();
  await expect(runStepWith(build, docker)).rejects.toThrow("docker's format cannot say");
});

async function pushTagged(image: string, architecture: string): Promise<string> {
  using client = createRegistryClient();
  const reference = parseReference(image);
  const target = client.repository(reference);
  const layers = [await packLayer([{ path: 'file', content: 'tagged' }])];
  const tags = [reference.tag ?? 'latest'];
  return (await pushImage(target, { config: { os: 'linux', architecture }, layers, tags })).digest;
}

/** The platform of this machine, in Go's names. */
async function machine(): Promise<string> {
  const { stdout } = await run('uname', ['-m']);
  const names: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
  return `linux/${names[stdout.trim()] ?? stdout.trim()}`;
}
