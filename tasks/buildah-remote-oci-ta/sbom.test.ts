import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, type Descriptor, fetchBytes, openLayer, packLayer, pushImage, readImage } from '#lib/oci';
import { missing } from '#test/build-pod';
import { openRemoteBuilds, type RemoteBuilds, type RemoteBuilt } from '#test/remote-build';

let builds: RemoteBuilds;
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;
const timeout = 180_000;

describe.skipIf(missing.length > 0)(`the SBOM of a real build${skipped}`, () => {
  beforeAll(async () => {
    builds = await openRemoteBuilds();
  }, 120_000);
  afterAll(() => builds[Symbol.asyncDispose]());

  test('it has the base, the builders, what files were taken from, and what was prefetched for this architecture', {
    timeout,
  }, async () => {
    const [builder, base, other] = await Promise.all(['builder', 'base', 'other'].map(pushBase));
    const host = builds.registry.host;
    const additional = `${host}/additional@sha256:${'ab'.repeat(32)}`;

    const built = await builds.build({
      files: {
        Containerfile: `FROM ${host}/builder:1 AS one\nFROM ${host}/base:1\nCOPY --from=one /builder-file /\nCOPY --from=${host}/other:1 /other-file /\n`,
      },
      prefetched: {
        'output/bom.json': JSON.stringify(bom(['x86_64', 'aarch64', 'noarch'])),
        'output/deps/rpm/x86_64/x': '',
      },
      params: { DOCKERFILE: 'Containerfile', ADDITIONAL_BASE_IMAGES: [additional] },
    });

    expect(built.status, built.lines.join('\n')).toBe('Succeeded');
    const sbom = await sbomOf(built);
    const names = new Map(sbom.packages.map((one) => [one.SPDXID, one.name]));
    const related = sbom.relationships.map(
      ({ spdxElementId, relationshipType, relatedSpdxElement }) =>
        `${names.get(spdxElementId) ?? ''} ${relationshipType} ${names.get(relatedSpdxElement)}`,
    );
    expect(related).toEqual([
      ' DESCRIBES image_amd64',
      'image_amd64 CONTAINS of-x86_64',
      'image_amd64 CONTAINS of-noarch',
      'image_amd64 DESCENDANT_OF base',
      'builder BUILD_TOOL_OF image_amd64',
      'other BUILD_TOOL_OF image_amd64',
      'additional BUILD_TOOL_OF image_amd64',
    ]);
    const of = (name: string) => sbom.packages.find((one) => one.name === name);
    expect(of('base')).toMatchObject({ versionInfo: '1', checksums: [{ checksumValue: base?.slice(7) }] });
    expect(of('builder')?.checksums).toEqual([{ algorithm: 'SHA256', checksumValue: builder?.slice(7) }]);
    expect(of('other')?.checksums).toEqual([{ algorithm: 'SHA256', checksumValue: other?.slice(7) }]);
    expect(of('of-x86_64')?.annotations).toMatchObject([
      { annotator: 'Tool: hermeto:jsonencoded', comment: foundBy },
    ]);
    expect(await fileIn(built, 'usr/share/buildinfo/content-sets.json')).toContain(
      '"content_sets": [\n    "repo-aarch64",\n    "repo-noarch",\n    "repo-x86_64"\n  ],',
    );
  });

  test('CycloneDX, where it is asked for', { timeout }, async () => {
    await pushBase('base');

    const built = await builds.build({
      files: { Containerfile: `FROM ${builds.registry.host}/base:1\nCOPY Containerfile /\n` },
      prefetched: { 'output/bom.json': JSON.stringify(bom(['x86_64'])) },
      params: {
        DOCKERFILE: 'Containerfile',
        SBOM_TYPE: 'cyclonedx',
        HERMETIC: 'true',
        CONTEXTUALIZE_SBOM: 'true',
      },
    });

    expect(built.status, built.lines.join('\n')).toBe('Succeeded');
    expect(await sbomOf(built)).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'image_amd64' } },
      components: [
        { name: 'image_amd64' },
        { name: 'of-x86_64', properties: [{ name: 'hermeto:found_by' }] },
      ],
      formulation: [
        { components: [{ name: 'base', properties: [{ name: 'konflux:container:is_base_image' }] }] },
      ],
    });
  });

  test('a bom.json that is none is told before anything is built or pushed', { timeout }, async () => {
    const built = await builds.build({
      files: { Containerfile: 'FROM scratch\nCOPY Containerfile /\n' },
      prefetched: { 'output/bom.json': 'no JSON' },
      params: { DOCKERFILE: 'Containerfile', IMAGE: `${builds.registry.host}/test/none:1` },
    });

    expect(built.status).toBe('Failed');
    expect(built.lines.join('\n')).toContain('bom.json is no SBOM of hermeto');
    await expect(builds.repository('test/none').resolve('1')).rejects.toThrow();
  });
});

const foundBy = '{"name": "hermeto:found_by", "value": "hermeto"}';

/** As hermeto writes it, with a package for each architecture. */
function bom(architectures: readonly string[]): object {
  return {
    spdxVersion: 'SPDX-2.3',
    packages: architectures.map((arch) => ({
      SPDXID: `SPDXRef-Package-${arch}`,
      name: `of-${arch}`,
      versionInfo: '1',
      externalRefs: [
        { referenceType: 'purl', referenceLocator: `pkg:rpm/x@1?arch=${arch}&repository_id=repo-${arch}` },
      ],
      annotations: [{ annotator: 'Tool: hermeto:jsonencoded', comment: foundBy }],
    })),
  };
}

interface Sbom {
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo?: string;
    readonly checksums?: readonly object[];
    readonly annotations?: readonly object[];
  }[];
  readonly relationships: readonly Record<
    'spdxElementId' | 'relationshipType' | 'relatedSpdxElement',
    string
  >[];
}

async function sbomOf({ values }: RemoteBuilt): Promise<Sbom> {
  const repository = builds.repository('test/image');
  const tag = await repository.resolve(`${(values.IMAGE_DIGEST ?? '').replace(':', '-')}.sbom`);
  const { layers } = JSON.parse(Buffer.from(await fetchBytes(repository, tag)).toString()) as {
    layers: readonly [Descriptor];
  };
  expect(values.SBOM_BLOB_URL?.split('@')[1]).toBe(layers[0].digest);
  return JSON.parse(Buffer.from(await fetchBytes(repository, layers[0])).toString()) as Sbom;
}

/** The layer with what is added to the image, as text. */
async function fileIn({ values }: RemoteBuilt, path: string): Promise<string> {
  const repository = builds.repository('test/image');
  const { manifest } = await readImage(repository, values.IMAGE_DIGEST ?? '');
  const layer = Buffer.from(await collect(openLayer(repository, manifest.layers.at(-1) as Descriptor)));
  return layer.subarray(layer.indexOf(path)).toString();
}

async function pushBase(name: string): Promise<string> {
  const layer = await packLayer([{ path: `${name}-file`, content: name }]);
  const config = { os: 'linux', architecture: 'amd64' };
  return (await pushImage(builds.repository(name), { config, layers: [layer], tags: ['1'] })).digest;
}
