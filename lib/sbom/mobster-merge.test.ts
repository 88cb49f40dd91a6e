import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, parseReference } from '#lib/oci';
import { run } from '#lib/process';
import { pythonTool } from '#test/registries/python-tool';
import {
  cyclonedxOfBuiltImage,
  mergePrefetched,
  type Package,
  packagesFor,
  readPrefetched,
  sbomOfBuiltImage,
} from './index.ts';

const mobster = await pythonTool('mobster', { mayInstall: process.env.BUILD_MOBSTER === '1' });
const timeout = 60_000;

const A = `quay.io/org/a:1@${digestOf('a')}`;
const B = `127.0.0.1:5000/org/b_c@${digestOf('b')}`;
const image = 'quay.io/org/image:43';
const digest = digestOf('image');
const options = { created: new Date(0), tool: 'bootc-catalog' };

/** Runs `mobster generate oci-image` on these files; what it writes. */
async function generate(
  files: Readonly<Record<string, string>>,
  args: (path: (name: string) => string) => readonly string[],
): Promise<unknown> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'mobster-'));
  const path = (name: string) => join(folder.path, name);
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text);
  const [program = '', ...start] = mobster ?? [];
  const what = ['--image-pullspec', image, '--image-digest', digest, ...args(path)];
  await run(program, [
    ...start,
    'generate',
    '--skip-validation',
    '--output',
    path('out'),
    'oci-image',
    ...what,
  ]);
  return JSON.parse(await readFile(path('out'), 'utf8'));
}

test
  .skipIf(mobster === undefined)
  .for<readonly (string | undefined)[]>([[A], [undefined], [B, A], [A, B, A], [A, B, undefined]])(
  'in CycloneDX the images of the stages %j are those of mobster',
  { timeout },
  async (stages) => {
    const used = stages.filter((name) => name !== undefined);
    const stage = (name: string | undefined) =>
      name === undefined ? { From: { Scratch: true } } : { BaseName: name, From: { Image: name } };
    const theirs = (await generate(
      {
        syft: '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"tools":{"components":[]}}}',
        dockerfile: JSON.stringify({ Stages: stages.map(stage) }),
        digests: used.map((name) => `${name} ${name}\n`).join(''),
      },
      (path) => {
        const from = ['--from-syft', path('syft'), '--arch', 'arm64', '--additional-base-image', A];
        const images = ['--parsed-dockerfile-path', path('dockerfile')];
        return [...from, ...images, '--base-image-digest-file', path('digests')];
      },
    )) as CycloneDx;

    const built = { packages: [], stages, additional: [A] };
    const ours = cyclonedxOfBuiltImage(parseReference(image), digest, 'arm64', built, options) as CycloneDx;

    // Mobster's own name of the image is made up for each run: two components of one object may not share one.
    const parts = ({ metadata, components, dependencies, formulation }: CycloneDx) => ({
      component: { ...named(metadata.component), 'bom-ref': '' },
      components: components.map((one) => ({ ...named(one), 'bom-ref': '' })),
      dependencies: dependencies.map(({ dependsOn = [] }) => dependsOn),
      // Where no image is used mobster writes null for a list.
      formulation: formulation
        ?.filter((one) => one.components !== null)
        .map((one) => one.components?.map((each) => JSON.stringify(named(each))).sort()),
    });
    expect(parts(ours)).toEqual(parts(theirs));
  },
);

const installed: readonly Package[] = [
  rpm('bash', 'pkg:rpm/fedora/bash@5.3-1.fc43?arch=x86_64&distro=fedora-43'),
  rpm('kernel', 'pkg:rpm/fedora/kernel@6.1-1.fc43?arch=x86_64&distro=fedora-43'),
];
const prefetched = ['x86_64', 'aarch64'].flatMap((arch) => [
  hermeto('bash', `pkg:rpm/fedora/bash@5.3-1.fc43?arch=${arch}&checksum=sha256:${arch}&repository_id=r`),
  hermeto('vim', `pkg:rpm/fedora/vim@9-1.fc43?arch=noarch&checksum=sha256:aa&repository_id=${arch}`),
]);

test.skipIf(mobster === undefined)(
  'what is prefetched is merged with what is installed as mobster merges it, for one architecture',
  { timeout },
  async () => {
    const root = 'SPDXRef-DocumentRoot-Image-x';
    const syft = {
      ...document(installed.map((one) => spdxPackage(`SPDXRef-${one.name}`, one))),
      relationships: [
        { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: root },
      ],
    };
    syft.packages.unshift({ SPDXID: root, name: 'x', versionInfo: '', externalRefs: [] });
    const bom = JSON.stringify(document(prefetched));
    const theirs = (await generate({ syft: JSON.stringify(syft), bom }, (path) => {
      return ['--from-syft', path('syft'), '--from-hermeto', path('bom'), '--arch', 'x86_64'];
    })) as Spdx;

    const packages = mergePrefetched(installed, packagesFor('x86_64', readPrefetched(bom)));
    const built = { packages, stages: [], additional: [] };
    const ours = sbomOfBuiltImage(parseReference(image), digest, 'amd64', built, options) as Spdx;

    const purls = ({ packages: all }: Spdx) =>
      all
        .flatMap((one) => one.externalRefs.map((ref) => ref.referenceLocator))
        .filter((purl) => /rpm/.test(purl));
    expect(purls(ours).sort()).toEqual(purls(theirs).sort());
    expect(purls(ours)).toHaveLength(3);
    const notes = ({ packages: all }: Spdx) =>
      all
        .find((one) => one.name === 'bash')
        ?.annotations?.map(({ annotator, comment }) => [annotator, comment]);
    expect(notes(ours)).toEqual(notes(theirs));
  },
);

function rpm(name: string, purl: string): Package {
  return { name, version: /@(.*)\?/.exec(purl)?.[1] ?? '', purl };
}

function hermeto(name: string, purl: string) {
  const comment = '{"name": "hermeto:found_by", "value": "hermeto"}';
  const annotation = { annotationDate: '2026-01-01T00:00:00Z', annotationType: 'OTHER', comment };
  const annotations = [{ ...annotation, annotator: 'Tool: hermeto:jsonencoded' }];
  const id = `SPDXRef-Package-${name}-${digestOf(purl).slice(7)}`;
  return { ...spdxPackage(id, rpm(name, purl)), annotations };
}

function spdxPackage(SPDXID: string, { name, version, purl }: Package) {
  return {
    SPDXID,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

function document(packages: readonly object[]) {
  return {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: x'] },
    packages: [...packages],
    relationships: [] as object[],
  };
}

interface Spdx {
  readonly packages: readonly {
    readonly name: string;
    readonly externalRefs: readonly { readonly referenceLocator: string }[];
    readonly annotations?: readonly { readonly annotator: string; readonly comment: string }[];
  }[];
}

interface Component {
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface CycloneDx {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly formulation?: readonly { readonly components: readonly Component[] | null }[];
}

/** With properties in an order of their own: mobster has them in that of their names. */
function named(component: Component): object {
  const { properties, ...rest } = Object.fromEntries(
    Object.entries(component).sort(([a], [b]) => (a < b ? -1 : 1)),
  ) as Component;
  const order = (one: { readonly name: string; readonly value: string }) => `${one.name} ${one.value}`;
  return { ...rest, properties: properties?.map(order).sort() };
}
