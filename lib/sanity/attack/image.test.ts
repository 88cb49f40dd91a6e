import { zstdCompressSync } from 'node:zlib';
import {
  type Descriptor,
  describe,
  type Index,
  type MemoryTarget,
  mediaTypeOf,
  type Platform,
  pushArtifact,
  pushImage,
} from '#lib/oci';
import { attacks } from '#test/attack';
import { bashRpm, imageConfig, itemsOf, layerOf, pushBootcImage, rpmdbPlace } from '#test/images/bootc-image';
import { elf, type Files, goodFiles, modules } from '#test/images/bootc-root';
import { rpmdbOf } from '#test/images/rpmdb-files';

const arm64 = { os: 'linux', architecture: 'arm64' } as const;
const nobody = { os: 'unknown', architecture: 'unknown' } as const;

/** Pushes an index as it is written, members and all: `pushIndex` takes only valid ones. */
function index(members: (target: MemoryTarget) => Promise<readonly object[]>) {
  return async (target: MemoryTarget): Promise<Descriptor> => {
    const manifests = (await members(target)) as Index['manifests'];
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypeOf('index'), manifests }),
    );
    const descriptor = describe(mediaTypeOf('index'), bytes);
    await target.push(descriptor, bytes);
    return descriptor;
  };
}

const good = async (target: MemoryTarget, platform: Platform = arm64) => ({
  ...(await pushBootcImage(target)),
  platform,
});
const bad = async (target: MemoryTarget) => pushBootcImage(target, { files: { 'boot/vmlinuz': 'k' } });
const artifact = async (target: MemoryTarget, platform?: Platform) => ({
  ...(await pushArtifact(target, { artifactType: 'application/x-test', parts: [] })),
  ...(platform ? { platform } : {}),
});
const single = index(async (target) => [await good(target)]);

attacks([
  {
    name: 'an index without members',
    check: 'platforms',
    says: /there is no image/,
    wrong: index(async () => []),
    twin: single,
  },
  {
    name: 'an index of attestations alone',
    check: 'platforms',
    says: /there is no image/,
    wrong: index(async (target) => [await artifact(target, nobody)]),
    twin: index(async (target) => [await good(target), await artifact(target, nobody)]),
  },
  {
    name: 'a first member of another media type',
    check: 'readable',
    says: /member sha256:\w+ of the index for linux\/arm64 is "text\/plain"/,
    wrong: index(async (target) => [{ ...(await bad(target)), mediaType: 'text/plain' }, await good(target)]),
    twin: single,
  },
  {
    name: 'an artifact for the platform of the image',
    check: 'readable',
    says: /an artifact/,
    wrong: index(async (target) => [await artifact(target, arm64), await good(target)]),
    twin: index(async (target) => [await good(target), await artifact(target)]),
  },
  {
    name: 'an index inside an index',
    check: 'readable',
    says: /an index inside another index/,
    wrong: index(async (target) => [{ ...(await single(target)), platform: arm64 }, await good(target)]),
    twin: single,
  },
  {
    name: 'a member without a platform beside one with it',
    check: 'platforms',
    says: /linux\/arm64 is there twice/,
    wrong: index(async (target) => {
      const { platform: _, ...member } = await pushBootcImage(target, { labels: { x: 'y' } });
      return [member, await good(target)];
    }),
    twin: index(async (target) => {
      const { platform: _, ...member } = await pushBootcImage(target);
      return [member];
    }),
  },
  {
    name: 'two images for one platform',
    check: 'platforms',
    says: /linux\/arm64 is there twice/,
    wrong: index(async (target) => [
      { ...(await pushBootcImage(target, { labels: { x: 'y' } })), platform: { ...arm64, variant: 'v8' } },
      await good(target),
    ]),
    twin: index(async (target) => [await good(target, { ...arm64, variant: 'v8' })]),
  },
  {
    name: 'another image in another compression',
    check: 'platforms',
    says: /linux\/arm64 is there twice/,
    wrong: index(async (target) => [await good(target), await compressed(target, { 'usr/x': 'x' })]),
    twin: index(async (target) => [await good(target), await compressed(target)]),
  },
  {
    name: 'a member that is bad',
    check: 'boot-var-empty',
    says: /\/boot\/vmlinuz/,
    wrong: index(async (target) => [await bad(target)]),
    twin: single,
  },
  {
    name: 'a member whose platform is not that of its configuration',
    check: 'architecture',
    says: /the configuration says arm64/,
    wrong: index(async (target) => [await good(target, { os: 'linux', architecture: 'amd64' })]),
    twin: index(async (target) => [await good(target, { os: 'linux', architecture: 'aarch64' })]),
  },
  {
    name: 'a platform that is missing',
    check: 'platforms',
    says: /linux\/s390x is missing/,
    expected: ['linux/arm64', 'linux/s390x'],
    wrong: single,
    twin: index(async (target) => [await good(target), await s390x(target)]),
  },
  {
    name: 'a platform that nobody expects',
    check: 'platforms',
    says: /linux\/s390x is not expected/,
    expected: ['linux/arm64'],
    wrong: index(async (target) => [await good(target), await s390x(target)]),
    twin: single,
  },
  {
    name: 'programs of another architecture',
    check: 'architecture',
    says: /built for amd64/,
    wrong: { files: { 'usr/lib/systemd/systemd': elf(62) } },
    twin: { files: { 'usr/lib/systemd/systemd': '-> ../../bin/x', 'usr/bin/x': elf(183) } },
  },
  {
    name: 'a program of another architecture behind a link',
    check: 'architecture',
    says: /built for amd64/,
    wrong: { files: { 'usr/lib/systemd/systemd': '-> x', 'usr/lib/systemd/x': elf(62) } },
    twin: { files: { 'usr/lib/systemd/systemd': undefined, 'usr/bin/bash': elf(183) } },
  },
  {
    name: 'one program of another architecture beside a right one',
    check: 'architecture',
    says: /usr\/bin\/bootc is built for s390x/,
    wrong: { files: { 'usr/bin/bootc': elf(22, 2) } },
    twin: { files: { 'usr/bin/bootc': elf(183), 'usr/bin/bash': '#!/bin/true\n' } },
  },
  {
    name: 'programs of the other order of bytes',
    check: 'architecture',
    says: /built for machine 183 of 64 bits, big-endian/,
    wrong: { files: { 'usr/lib/systemd/systemd': elf(183, 2) } },
    twin: single,
  },
  {
    name: 'programs of ppc64, which has the number of ppc64le',
    check: 'architecture',
    says: /built for ppc64$/m,
    wrong: { files: { 'usr/lib/systemd/systemd': elf(21, 2) } },
    twin: single,
  },
  {
    name: 'programs of 32 bits',
    check: 'architecture',
    says: /built for machine 183 of 32 bits, little-endian/,
    wrong: { files: { 'usr/lib/systemd/systemd': Buffer.from(elf(183).with(4, 1)) } },
    twin: single,
  },
  {
    name: 'an image for another system',
    check: 'platforms',
    says: /windows\/arm64 is not for Linux/,
    wrong: { config: { os: 'windows' } },
    twin: { config: { os: 'linux', variant: 'v8' } },
  },
  {
    name: 'a configuration without an architecture',
    check: 'architecture',
    says: /the configuration says/,
    wrong: index(async (target) => [
      { ...(await pushBootcImage(target, { config: { architecture: '' } })), platform: arm64 },
    ]),
    twin: single,
  },
  {
    name: 'no label of bootc',
    check: 'labels',
    says: /containers\.bootc=1 is missing/,
    wrong: { labels: { 'containers.bootc': '0' } },
    twin: { labels: { 'containers.bootc': '1', other: '' } },
  },
  {
    name: 'a label of another compose',
    check: 'compose-label',
    says: /not Fedora-43/,
    wrong: { labels: { 'redhat.compose-id': 'Fedora-43-20261122.n.0' } },
    twin: { labels: { 'redhat.compose-label': 'RC-1' } },
  },
  {
    name: 'two versions',
    check: 'version-agreement',
    says: /different versions/,
    wrong: index(async (target) => [
      await good(target),
      await s390x(target, { 'org.opencontainers.image.version': '44' }),
    ]),
    twin: index(async (target) => [await good(target), await s390x(target)]),
  },
  {
    name: '/sysroot is a link',
    check: 'baseimage-root',
    says: /\/sysroot is no directory/,
    wrong: { files: { sysroot: '-> usr/sysroot', 'usr/sysroot': '/' } },
    twin: { files: { 'usr/sysroot': '-> ../sysroot' } },
  },
  {
    name: '/usr/etc beside /etc',
    check: 'etc-usretc',
    says: /both there/,
    wrong: { files: { 'usr/etc': '-> ../etc' } },
    twin: { files: { 'usr/share/etc': '-> ../../etc' } },
  },
]);

/** The good image as `podman manifest push --add-compression zstd` adds it. */
async function compressed(target: MemoryTarget, files: Files = {}) {
  const layer = layerOf(itemsOf({ ...goodFiles, [rpmdbPlace]: rpmdbOf([bashRpm]).database, ...files }));
  const content = zstdCompressSync(layer.content as Buffer);
  const descriptor = describe(mediaTypeOf('layer', 'oci', 'zstd'), content);
  const image = await pushImage(target, {
    config: imageConfig(),
    layers: [{ ...layer, descriptor, content }],
  });
  return { ...image, platform: arm64, annotations: { 'io.github.containers.compression.zstd': 'true' } };
}

async function s390x(target: MemoryTarget, labels = {}): Promise<Descriptor> {
  const files = {
    'usr/lib/systemd/systemd': elf(22, 2),
    [rpmdbPlace]: rpmdbOf([{ ...bashRpm, arch: 's390x' }]).database,
    [`${modules}/vmlinuz`]: 'kernel of s390x',
  };
  return pushBootcImage(target, { files, labels, config: { architecture: 's390x' } });
}
