import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, parseReference } from '#lib/oci';
import { run } from '#lib/process';
import { pythonTool } from '#test/registries/python-tool';
import { sbomOfBuiltImage, sbomOfBuiltIndex } from './index.ts';

const mobster = await pythonTool('mobster', { mayInstall: process.env.BUILD_MOBSTER === '1' });

interface Spdx {
  readonly name: string;
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo: string;
    readonly annotations?: readonly { readonly annotator: string; readonly comment: string }[];
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
    const ours = sbomOfBuiltIndex(reference, digest, images, {
      created: new Date(0),
      tool: 'bootc-catalog',
    });
    const theirs: unknown = JSON.parse(await readFile(output, 'utf8'));
    expect(namesIn(ours as Spdx)).toEqual(namesIn(theirs as Spdx));
  },
);

const A = `quay.io/org/a:1@${digestOf('a')}`;
const B = `127.0.0.1:5000/org/b_c@${digestOf('b')}`;

test
  .skipIf(mobster === undefined)
  .for<readonly (string | undefined)[]>([
    [A],
    [undefined],
    [B, A],
    [A, B, A],
    [A, undefined, B, B],
    [A, B, undefined],
  ])(
  'the images of the stages %j have the names that mobster generate oci-image gives',
  { timeout: 60_000 },
  async (stages) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'mobster-'));
    const file = async (name: string, content: string) => {
      await writeFile(join(folder.path, name), content);
      return join(folder.path, name);
    };
    const used = stages.filter((image) => image !== undefined);
    const [image, digest, output] = [
      'quay.io/org/image:43',
      digestOf('image'),
      join(folder.path, 'sbom.json'),
    ];
    const stage = (name: string | undefined) =>
      name === undefined ? { From: { Scratch: true } } : { BaseName: name, From: { Image: name } };
    const dockerfile = JSON.stringify({ Stages: stages.map(stage) });
    const [program = '', ...start] = mobster ?? [];

    const syft = await file('syft.json', emptySpdx);
    const parsed = await file('dockerfile.json', dockerfile);
    const digests = await file('digests', used.map((name) => `${name} ${name}\n`).join(''));
    const what = ['--arch', 'arm64', '--image-pullspec', image, '--image-digest', digest];
    const from = ['--parsed-dockerfile-path', parsed, '--base-image-digest-file', digests];
    const command = ['generate', '--skip-validation', '--output', output, 'oci-image', '--from-syft', syft];
    await run(program, [...start, ...command, ...what, ...from, '--additional-base-image', A]);

    const built = { packages: [], stages, additional: [A] };
    const ours = sbomOfBuiltImage(parseReference(image), digest, 'arm64', built, {
      created: new Date(0),
      tool: 'bootc-catalog',
    });
    const theirs: unknown = JSON.parse(await readFile(output, 'utf8'));
    expect(sorted(namesIn(ours as Spdx))).toEqual(sorted(namesIn(theirs as Spdx)));
  },
);

const emptySpdx = JSON.stringify({
  spdxVersion: 'SPDX-2.3',
  packages: [{ SPDXID: 'SPDXRef-DocumentRoot-Image-x', name: 'x' }],
  relationships: [
    {
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: 'SPDXRef-DocumentRoot-Image-x',
    },
  ],
});

/** In an order of its own, each once: mobster writes an image that helps twice as two packages of one id. */
function sorted({ packages, properties, relationships, ...rest }: ReturnType<typeof namesIn>) {
  const unique = (list: readonly object[]) =>
    [
      ...new Set(list.map((one) => JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))))),
    ].sort();
  return {
    ...rest,
    packages: unique(packages),
    properties: unique(properties),
    relationships: unique(relationships),
  };
}

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
    properties: packages.flatMap(({ SPDXID, annotations = [] }) =>
      annotations.map(({ annotator, comment }) => ({
        SPDXID,
        annotator,
        property: JSON.parse(comment) as object,
      })),
    ),
    relationships,
  };
}
