import { mkdir, mkdtempDisposable, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attachSbom } from '#lib/attest';
import { createRegistryClient, digestOf, packLayer, parseReference, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { pythonTool } from '#test/registries/python-tool';
import { startRegistry } from '#test/registries/registry';
import { type Package, sbomOfBuiltImage } from './index.ts';

const tools = {
  mobster: await pythonTool('mobster', { mayInstall: process.env.BUILD_MOBSTER === '1' }),
  cosign: await goTool('cosign', { mayBuild: process.env.BUILD_COSIGN === '1' }),
  oras: await goTool('oras'),
};
const isMissing = Object.values(tools).includes(undefined);

const rpm = (name: string, distro = 'fedora-43'): Package => ({
  name,
  version: '1-1',
  purl: `pkg:rpm/fedora/${name}@1-1?arch=x86_64&distro=${distro}`,
});
const image = 'quay.io/org/image:43';
const digest = digestOf('image');
const options = { created: new Date(0), tool: 'bootc-catalog' };

describe.skipIf(isMissing)(
  `packages of a base are told as mobster does${isMissing ? ' (skipped)' : ''}`,
  () => {
    test.for(['one image', 'an image on another', 'an SBOM as before mobster'])(
      'the base is %s',
      { timeout: 120_000 },
      async (kind) => {
        await using folder = await mkdtempDisposable(join(tmpdir(), 'contextual-'));
        const registry = await startRegistry();
        await using end = new AsyncDisposableStack();
        end.defer(async () => registry.stop());
        using client = createRegistryClient();
        const target = client.repository(`${registry.host.replace('127.0.0.1', 'localhost')}/org/base`);
        const pushed = await pushImage(target, {
          config: { os: 'linux', architecture: 'amd64' },
          layers: [await packLayer([{ path: 'a', content: kind }])],
        });
        const base = `${target.name}:1@${pushed.digest}`;
        const baseSbom = JSON.stringify(parentOf(kind));
        await attachSbom(target, pushed, { type: 'spdx', content: Buffer.from(baseSbom) });
        const packages = ['bash', 'vim', 'kernel', 'own'].map((name) => rpm(name));

        const theirs = await contextualized(folder.path, base, packages);
        const built = { packages, stages: [base], baseSbom };
        const ours = sbomOfBuiltImage(parseReference(image), digest, 'amd64', built, options) as Spdx;

        expect(related(ours)).toEqual(related(theirs));
        expect(marks(ours)).toEqual(marks(theirs));
      },
    );
  },
);

/** What mobster makes of an image with these packages on this base. */
async function contextualized(folder: string, base: string, packages: readonly Package[]): Promise<Spdx> {
  const path = (name: string) => join(folder, name);
  await mkdir(path('bin'));
  await mkdir(path('.docker'));
  // mobster asks no registry that it has no credentials for.
  const auths = { [base.split('/')[0] ?? '']: { auth: Buffer.from('a:b').toString('base64') } };
  await writeFile(path('.docker/config.json'), JSON.stringify({ auths }));
  for (const name of ['cosign', 'oras'] as const) await symlink(tools[name] ?? '', path(`bin/${name}`));
  const root = 'SPDXRef-DocumentRoot-Image-x';
  const syft = documentOf(
    [{ SPDXID: root, name: 'x', versionInfo: '1' }, ...packages.map(spdxPackage)],
    [
      ['SPDXRef-DOCUMENT', 'DESCRIBES', root],
      ...packages.map(({ name }) => [root, 'CONTAINS', `SPDXRef-${name}`] as const),
    ],
  );
  await writeFile(path('syft'), JSON.stringify(syft));
  const [pullspec = '', baseDigest = ''] = base.split('@');
  const metadata = { image: { pullspec: image, digest }, base_image: { pullspec, digest: baseDigest } };
  await writeFile(path('metadata'), JSON.stringify(metadata));
  const [program = '', ...start] = tools.mobster ?? [];
  const out = ['generate', '--skip-validation', '--output', path('out'), 'oci-image'];
  const from = ['--from-syft', path('syft'), '--metadata-path', path('metadata')];
  const env = { PATH: [path('bin'), process.env.PATH].join(delimiter), HOME: folder };
  const { stderr } = await run(
    program,
    [...start, '--verbose', ...out, ...from, '--arch', 'amd64', '--contextualize'],
    { env, timeout: 100_000 },
  );
  expect(stderr).toContain('Contextual SBOM workflow finished successfully');
  return JSON.parse(await readFile(path('out'), 'utf8')) as Spdx;
}

/** The SBOM of the base: of bash, vim, and kernel, of which the last two can be of an image below it. */
function parentOf(kind: string) {
  const mark = {
    annotationDate: '2026-01-01T00:00:00Z',
    annotationType: 'OTHER',
    annotator: 'Tool: konflux:jsonencoded',
    comment: '{"name":"konflux:container:is_base_image","value":"true"}',
  };
  const packages = ['bash', 'vim', 'kernel'].map((name) => spdxPackage(rpm(name, 'other')));
  const below = { ...spdxPackage({ ...rpm('below'), purl: 'pkg:oci/below@sha256:aa' }), annotations: [mark] };
  const deeper = spdxPackage({ ...rpm('deeper'), purl: 'pkg:oci/deeper@sha256:bb' });
  const [root, lower] = ['SPDXRef-image-parent', 'SPDXRef-below'];
  const held = (holder: string, ...names: readonly string[]) =>
    names.map((name) => [holder, 'CONTAINS', `SPDXRef-${name}`] as const);
  const all = [{ SPDXID: root, name: 'parent', versionInfo: '1' }, ...packages];
  const describes = ['SPDXRef-DOCUMENT', 'DESCRIBES', root] as const;
  if (kind === 'one image') return documentOf(all, [describes, ...held(root, 'bash', 'vim', 'kernel')]);
  if (kind === 'an image on another') {
    return documentOf(
      [...all, below, deeper],
      [
        describes,
        ...held(root, 'bash'),
        ...held(lower, 'vim'),
        ...held('SPDXRef-deeper', 'kernel'),
        [root, 'DESCENDANT_OF', lower],
        [lower, 'DESCENDANT_OF', 'SPDXRef-deeper'],
      ],
    );
  }
  const helps = [lower, 'BUILD_TOOL_OF', root] as const;
  return documentOf([...all, below], [describes, ...held(root, 'bash', 'vim', 'kernel'), helps]);
}

function spdxPackage({ name, version, purl }: Package) {
  return {
    SPDXID: `SPDXRef-${name}`,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

function documentOf(packages: readonly object[], relations: readonly (readonly [string, string, string])[]) {
  return {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'x',
    dataLicense: 'CC0-1.0',
    documentNamespace: 'https://example.com/x',
    creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: x'] },
    packages: packages.map((one) => ({ downloadLocation: 'NOASSERTION', ...one })),
    relationships: relations.map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
      spdxElementId,
      relationshipType,
      relatedSpdxElement,
    })),
  };
}

interface Spdx {
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly annotations?: readonly { readonly comment: string }[];
  }[];
  readonly relationships: readonly Record<
    'spdxElementId' | 'relationshipType' | 'relatedSpdxElement',
    string
  >[];
}

/** By name, as the ids of packages are each program's own. */
function related({ packages, relationships }: Spdx): readonly string[] {
  const names = new Map(packages.map((one) => [one.SPDXID, one.name]));
  const name = (id: string) => names.get(id) ?? id;
  return relationships
    .map((one) => `${name(one.spdxElementId)} ${one.relationshipType} ${name(one.relatedSpdxElement)}`)
    .sort();
}

function marks({ packages }: Spdx): readonly string[] {
  return packages
    .flatMap(({ name, annotations = [] }) => annotations.map(({ comment }) => `${name} ${comment}`))
    .sort();
}
