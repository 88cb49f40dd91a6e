import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, parseReference } from '#lib/oci';
import { run } from '#lib/process';
import { pythonTool } from '#test/registries/python-tool';
import { sbomOfBuiltIndex } from './index.ts';

const mobster = await pythonTool('mobster', { mayInstall: process.env.BUILD_MOBSTER === '1' });

interface Spdx {
  readonly name: string;
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo: string;
    readonly checksums: readonly object[];
    readonly externalRefs: readonly { readonly referenceType: string; readonly referenceLocator: string }[];
  }[];
  readonly relationships: readonly object[];
}

test
  .skipIf(mobster === undefined)
  .for(['quay.io/org/image:43', '127.0.0.1:5000/a/b/my_image.x__y:latest', 'quay.io/org/a-b.c:1.0_x'])(
  'the SBOM of %s is what mobster generate oci-index makes, name for name',
  { timeout: 60_000 },
  async (image) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'mobster-'));
    const [manifest, output] = [join(folder.path, 'index.json'), join(folder.path, 'sbom.json')];
    const digest = digestOf('index');
    const images = ['amd64', 'arm64', 's390x'].map((architecture) => ({
      digest: digestOf(architecture),
      architecture,
    }));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifests = images.map((one) => ({ mediaType, digest: one.digest, platform: one }));
    await writeFile(
      manifest,
      JSON.stringify({ mediaType: mediaType.replace('manifest', 'index'), manifests }),
    );
    const subject = ['--index-image-pullspec', image, '--index-image-digest', digest];
    const [program = '', ...start] = mobster ?? [];

    const given = [...subject, '--index-manifest-path', manifest];
    await run(program, [...start, 'generate', '--output', output, 'oci-index', ...given]);

    const reference = parseReference(image);
    const ours = sbomOfBuiltIndex({ reference, digest, version: reference.tag ?? '' }, images, {
      created: new Date(0),
      tool: 'bootc-catalog',
    });
    const theirs: unknown = JSON.parse(await readFile(output, 'utf8'));
    expect(namesIn(ours as Spdx)).toEqual(namesIn(theirs as Spdx));
  },
);

function namesIn({ name, packages, relationships }: Spdx) {
  return {
    name,
    packages: packages.map((one) => ({
      SPDXID: one.SPDXID,
      name: one.name,
      versionInfo: one.versionInfo,
      checksums: one.checksums,
      purls: one.externalRefs.map(({ referenceType, referenceLocator }) => [referenceType, referenceLocator]),
    })),
    relationships,
  };
}
