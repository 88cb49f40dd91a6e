import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, type Digest, NotFoundError, packLayer, pushImage, pushIndex } from '#lib/oci';
import { type Registry, startRegistry } from '#test/registries/registry';
import { InvalidContainerfileError } from './errors.ts';
import { parseContainerfile } from './parse-containerfile.ts';
import { planBuild } from './plan-build.ts';
import { resolveImages } from './resolve-images.ts';

const client = createRegistryClient({ credentials: async () => undefined });
const platform = { os: 'linux', architecture: 's390x' };
let registry: Registry;
let digests: Readonly<Record<'index' | 's390x' | 'arm64', Digest>>;

beforeAll(async () => {
  registry = await startRegistry();
  const target = client.repository(`${registry.host}/base`);
  const push = async (architecture: string) => {
    const layer = await packLayer([{ path: 'architecture', content: architecture }]);
    const config = { os: 'linux', architecture };
    const image = await pushImage(target, { config, layers: [layer], tags: [architecture] });
    return { ...image, platform: config };
  };
  const images = [await push('s390x'), await push('arm64')] as const;
  const index = await pushIndex(target, { manifests: images, tags: ['index'] });
  digests = { index: index.digest, s390x: images[0].digest, arm64: images[1].digest };
});
afterAll(() => registry.stop());

const resolve = async (text: string, allowCrossPlatform = false) => {
  const warnings: string[] = [];
  const containerfile = parseContainerfile(text.replaceAll('HOST', registry.host));
  const { images } = planBuild(containerfile, { buildArgs: new Map(), platform });
  const warn = (message: string) => warnings.push(message);
  const resolved = await resolveImages(images, { client, platform, allowCrossPlatform, warn });
  const names = resolved.map(({ canonical, image }) => [
    canonical.replace(registry.host, 'HOST'),
    image.descriptor.digest,
  ]);
  return { names, warnings };
};

test('an index, an image of the platform, and a digest', async () => {
  const { index, s390x } = digests;

  const { names, warnings } = await resolve(
    `FROM HOST/base:index AS a\nFROM HOST/base:s390x\nCOPY --from=a / /\nCOPY --from=HOST/base@${index} / /`,
  );

  expect(names).toEqual([
    [`HOST/base:index@${index}`, s390x],
    [`HOST/base:s390x@${s390x}`, s390x],
    [`HOST/base@${index}`, s390x],
  ]);
  expect(warnings).toEqual([]);
});

test.for<[what: string, text: string, platform: string]>([
  ['an image for another', 'FROM HOST/base:arm64', 'arm64'],
  ['another image of an index', 'FROM --platform=linux/arm64 HOST/base:index', 'arm64'],
  ['files of one', 'FROM scratch\nCOPY --from=HOST/base:arm64 / /', 'arm64'],
])('%s is refused, or told where that is allowed', async ([, text]) => {
  const problem = /^base image ".*" \(line \d\) is for linux\/arm64, and the build for linux\/s390x$/;

  const failure = resolve(text);

  await expect(failure).rejects.toThrow(InvalidContainerfileError);
  await expect(failure).rejects.toThrow(problem);
  const { names, warnings } = await resolve(text, true);
  expect(names.map(([, digest]) => digest)).toEqual([digests.arm64]);
  expect(warnings).toEqual([expect.stringMatching(problem)]);
});

test.for([false, true])(
  'an index without the platform is refused, also where others are allowed: %s',
  async (allow) => {
    await expect(resolve('FROM --platform=linux/ppc64le HOST/base:index', allow)).rejects.toThrow(
      /^base image ".*" \(line 1\) is not there for linux\/ppc64le$/,
    );
  },
);

test('an image that is not there is an error', async () => {
  await expect(resolve('FROM HOST/base:gone')).rejects.toThrow(NotFoundError);
});

test.for(['fedora', 'fedora/fedora:43', `fedora@sha256:${'0'.repeat(64)}`])(
  'a name without a registry is refused: %s',
  async (name) => {
    await expect(resolve(`FROM scratch AS x\nFROM ${name}`)).rejects.toThrow(
      `base image "${name}" (line 2) has no registry in its name`,
    );
  },
);
