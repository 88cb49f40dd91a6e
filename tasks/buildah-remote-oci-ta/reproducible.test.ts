import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Descriptor, openLayer, packLayer, pushImage, readImage } from '#lib/oci';
import { readTar } from '#lib/rootfs';
import { missing } from '#test/build-pod';
import { compileLook } from '#test/look';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';
import { shareOf } from '#test/share';

const EPOCH = 1_700_000_000;
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;
let builds: RemoteBuilds;
let look: Uint8Array;

describe.skipIf(missing.length > 0)(`builds that give the same image${skipped}`, () => {
  beforeAll(async () => {
    look = await compileLook();
    builds = await openRemoteBuilds();
    const layer = await packLayer([{ path: 'base-file', content: 'of the base' }], { mtime: EPOCH + 1000 });
    const config = { os: 'linux', architecture: 'amd64' };
    await pushImage(builds.repository('base'), { config, layers: [layer], tags: ['1'] });
  }, 120_000);
  afterAll(() => builds[Symbol.asyncDispose]());

  test.for(shareOf('formats', ['oci', 'docker'], 1))(
    'two builds of one source have the same digest in the format %s, and no new file a later time',
    { timeout: 240_000 },
    async (BUILDAH_FORMAT) => {
      const build = () =>
        builds.build({
          files: {
            Containerfile: `FROM ${builds.registry.host}/base:1\nCOPY look own /a/\nRUN ["/a/look", "cat", "/a/own"]\n`,
            look,
            own: 'x'.repeat(10_000),
          },
          params: {
            DOCKERFILE: 'Containerfile',
            BUILDAH_FORMAT,
            SOURCE_DATE_EPOCH: `${EPOCH}`,
            REWRITE_TIMESTAMP: 'true',
          },
        });

      const [one, two] = [await build(), await build()];

      expect(one.status, one.lines.join('\n')).toBe('Succeeded');
      expect(two.values.IMAGE_DIGEST).toBe(one.values.IMAGE_DIGEST);
      const repository = builds.repository('test/image');
      const { manifest, config } = await readImage(repository, one.values.IMAGE_DIGEST ?? '');
      const base = await readImage(builds.repository('base'), '1');
      expect(manifest.layers[0]?.digest).toBe(base.manifest.layers[0]?.digest);
      expect(config.history?.map(({ created }) => Date.parse(created ?? '') / 1000 <= EPOCH)).not.toContain(
        false,
      );
      expect(config.config?.Labels).not.toHaveProperty('io.buildah.version');
      const times = new Map<string, number>();
      for (const [index, layer] of manifest.layers.entries()) {
        const diffId = config.rootfs.diff_ids[index];
        await readTar(openLayer(repository, layer as Descriptor, { diffId }), ({ path, mtime }) => {
          times.set(String(path), mtime);
        });
      }
      expect(times.get('base-file')).toBe(EPOCH + 1000);
      times.delete('base-file');
      expect([...times.keys()]).toContain('a/own');
      expect(Math.max(...times.values())).toBe(EPOCH);
      expect(manifest.layers.map(({ mediaType }) => mediaType)).not.toContain(
        'application/vnd.oci.image.layer.v1.tar',
      );
    },
  );
});
