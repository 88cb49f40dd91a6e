import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createLayout,
  createMemoryTarget,
  type Layer,
  type LayerFile,
  packLayer,
  pushImage,
  readImage,
  readImages,
  type Target,
} from '#lib/oci';
import { run } from '#lib/process';
import { about } from './about.ts';
import { assembleImage, assembleIndex, type Base } from './assemble.ts';
import { packageLists } from './package-lists.ts';

const revision = '0123456789012345678901234567890123456789';
const architectures = ['amd64', 'arm64', 'ppc64le', 's390x'];
let scratch: string;
let steps: Layer;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'assemble-'));
  const packages = JSON.stringify([{ name: 'zod', version: '4.6.7', license: 'MIT' }]);
  steps = await packLayer([{ path: 'usr/libexec/bootc-catalog/packages.json', content: packages }]);
});

afterAll(() => rm(scratch, { recursive: true }));

test('an image has the layers of its base, then ours, and keeps how the base is run', async () => {
  const target = createMemoryTarget();
  const base = await standIn('s390x');

  await assemble(target, ['s390x']);

  const { manifest, config } = await readImage(target, 'latest');
  expect(manifest.layers).toEqual([...base.image.manifest.layers, steps.descriptor]);
  expect(config.rootfs.diff_ids).toEqual([...base.image.config.rootfs.diff_ids, steps.diffId]);
  expect(config.architecture).toBe('s390x');
  expect(config.config?.Env).toEqual(['HOME=/home/step']);
  expect(config.config?.User).toBe('65532:0');
  expect(config.config?.Labels).toEqual({ 'io.buildah.version': '1.0', ...about });
  expect(config.history?.filter((entry) => !entry.empty_layer)).toHaveLength(2);
});

test('the same base and layers give the same digest, whatever the time', async () => {
  const first = await assemble(createMemoryTarget(), architectures);
  const second = await assemble(createMemoryTarget(), architectures);

  expect(second).toEqual(first);
});

test('another commit gives another index of the same images', async () => {
  const target = createMemoryTarget();

  const first = await assemble(target, architectures);
  const before = await readImages(target, 'latest');
  const second = await assemble(target, architectures, { revision: revision.replace('0', '1') });
  const after = await readImages(target, 'latest');

  expect(second.digest).not.toBe(first.digest);
  expect(after.images.map(({ descriptor }) => descriptor.digest)).toEqual(
    before.images.map(({ descriptor }) => descriptor.digest),
  );
});

test('is said to be of the time of its base, or of the one that is asked for', async () => {
  const target = createMemoryTarget();

  await assemble(target, ['amd64']);
  const inherited = await readImage(target, 'latest');
  await assemble(target, ['amd64'], { created: '2026-01-02T03:04:05.000Z' });
  const chosen = await readImage(target, 'latest');

  expect(inherited.config.created).toBe('2026-11-01T00:00:00Z');
  expect(chosen.config.created).toBe('2026-01-02T03:04:05.000Z');
  expect(chosen.config.history?.at(-1)?.created).toBe('2026-01-02T03:04:05.000Z');
});

test('the index names every platform and says what it was made from', async () => {
  const target = createMemoryTarget();

  await assemble(target, architectures);

  const { index, images } = await readImages(target, 'latest');
  expect(index?.manifests.map(({ platform }) => platform)).toEqual(
    architectures.map((architecture) => ({ os: 'linux', architecture })),
  );
  expect(index?.annotations).toEqual({ ...about, 'org.opencontainers.image.revision': revision });
  expect(new Set(images.map(({ manifest }) => manifest.layers.at(-1)?.digest)).size).toBe(1);
});

test('skopeo reads each platform of the layout', async () => {
  const layout = join(scratch, 'layout');
  await assemble(createLayout(layout), architectures);

  for (const architecture of architectures) {
    const choice = ['--override-os', 'linux', '--override-arch', architecture];
    const { stdout } = await run('skopeo', ['inspect', ...choice, `oci:${layout}:latest`]);

    const { Architecture, Labels, Layers } = JSON.parse(stdout);
    expect(Architecture).toBe(architecture);
    expect(Labels['org.opencontainers.image.source']).toMatch(/^https:\/\//);
    expect(Layers.at(-1)).toBe(steps.descriptor.digest);
  }
});

test('lists what is in the image of each platform', async () => {
  const layout = join(scratch, 'listed');
  await assemble(createLayout(layout), ['arm64', 's390x']);

  await packageLists(layout, 'latest');

  const list = JSON.parse(await readFile(join(layout, 'packages/s390x.json'), 'utf8'));
  expect(list).toEqual([
    { name: 'libc6', version: '2.42-1', purl: 'pkg:deb/debian/libc6@2.42-1?arch=s390x&distro=debian-14' },
    { name: 'zod', version: '4.6.7', license: 'MIT', purl: 'pkg:npm/zod@4.6.7' },
  ]);
});

test.for(['', '0', '0:65532', 'root', 'step'])(
  'a base whose user is "%s" is refused: a kubelet would not run it as non-root',
  async (user) => {
    const target = createMemoryTarget();
    const base = await standIn('amd64', user);

    await expect(assembleImage(target, base, [steps], { annotations: about })).rejects.toThrow(
      'the steps must not run as root',
    );
  },
);

async function assemble(
  target: Target,
  wanted: readonly string[],
  changes: { readonly revision?: string; readonly created?: string } = {},
) {
  const what = { annotations: about, revision, ...changes };
  const manifests = [];
  for (const architecture of wanted) {
    manifests.push(await assembleImage(target, await standIn(architecture), [steps], what));
  }
  return assembleIndex(target, manifests, what, 'latest');
}

/** A base of one small layer, in place of a distribution's. */
async function standIn(
  architecture: string,
  user = '65532:0',
  licences: readonly LayerFile[] = [{ path: 'usr/share/doc/libc6/copyright', content: 'LGPL' }],
): Promise<Base> {
  const from = createMemoryTarget();
  const status = `Package: libc6\nStatus: install ok installed\nArchitecture: ${architecture}\nVersion: 2.42-1\n`;
  const layer = await packLayer([
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="14"\n' },
    { path: 'var/lib/dpkg/status', content: status },
    ...licences,
  ]);
  const created = '2026-11-01T00:00:00Z';
  const config = {
    User: user,
    Env: ['HOME=/home/step'],
    Cmd: ['bash'],
    Labels: { 'io.buildah.version': '1.0' },
  };
  await pushImage(from, {
    config: { os: 'linux', architecture, created, config, history: [{ created }] },
    layers: [layer],
    tags: ['tools'],
  });
  return { from, image: await readImage(from, 'tools') };
}
