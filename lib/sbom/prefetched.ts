import * as z from 'zod';
import { jsonOf, parsePackageUrl } from '#lib/text';
import { InvalidPackageListError } from './errors.ts';
import { packageKey } from './package-key.ts';
import type { Note, Package } from './spdx.ts';

/** What hermeto writes as SPDX 2.3 (its hermeto/core/models/sbom.py, SPDXSbom). */
const Spdx = z.object({
  spdxVersion: z.string(),
  packages: z.array(
    z.object({
      SPDXID: z.string(),
      name: z.string(),
      versionInfo: z.string().nullish(),
      externalRefs: z
        .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
        .default([]),
      annotations: z.array(z.object({ annotator: z.string(), comment: z.string() })).default([]),
    }),
  ),
});

/** What hermeto writes as CycloneDX 1.6 (Sbom of the same file). */
const CycloneDx = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z
    .array(
      z.object({
        name: z.string(),
        version: z.string().nullish(),
        purl: z.string(),
        properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      }),
    )
    .default([]),
});

const Bom = z.union([Spdx, CycloneDx]);

/**
 * The packages in the bom.json of a prefetch, in either of its formats.
 *
 * @throws {InvalidPackageListError} for a text that is none
 */
export function readPrefetched(text: string): readonly Package[] {
  const parsed = Bom.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw new InvalidPackageListError('cannot tell what was prefetched: bom.json is no SBOM of hermeto', {
      hint: 'CACHI2_ARTIFACT has to be the one that prefetch-dependencies has made',
    });
  }
  return 'packages' in parsed.data
    ? parsed.data.packages.flatMap(fromSpdx)
    : parsed.data.components.map(fromCycloneDx);
}

function fromSpdx({ SPDXID, name, versionInfo, externalRefs, annotations }: SpdxPackage): readonly Package[] {
  const purls = externalRefs.filter(({ referenceType }) => referenceType === 'purl');
  // The root of the document stands for the prefetch as a whole, and is no package.
  if (purls.length === 0 && name === '') return [];
  const notes: readonly Note[] = annotations;
  const purl = purls[0]?.referenceLocator ?? '';
  return [{ id: SPDXID, name, version: versionInfo ?? '', purl, notes }];
}

type SpdxPackage = z.output<typeof Spdx>['packages'][number];

function fromCycloneDx({ name, version, purl, properties }: CycloneDxComponent): Package {
  const notes = properties.map((property) => ({
    annotator: 'Tool: hermeto:jsonencoded',
    comment: JSON.stringify(property),
  }));
  return { name, version: version ?? '', purl, notes };
}

type CycloneDxComponent = z.output<typeof CycloneDx>['components'][number];

/** RPM's names of 32-bit x86, whose packages a 64-bit system can hold, too (rpm's rpmrc, arch_compat). */
const I386 = ['i386', 'i486', 'i586', 'i686', 'athlon'];

/**
 * Those that a build for one architecture can have taken: of RPMs its own and `noarch`, of which the repositories of
 * several architectures hold the same file, told by its checksum; all else is for every architecture.
 *
 * @param architecture in RPM's names
 */
export function packagesFor(architecture: string, packages: readonly Package[]): readonly Package[] {
  const wanted = [architecture, 'noarch', ...(architecture === 'x86_64' ? I386 : [])];
  const seen = new Set<string>();
  return packages.filter(({ purl }) => {
    const parsed = parsePackageUrl(purl);
    if (parsed?.type !== 'rpm') return true;
    if (!wanted.includes(parsed.qualifiers.get('arch') ?? '')) return false;
    const checksum = parsed.qualifiers.get('checksum');
    if (checksum === undefined) return true;
    return seen.size < seen.add(checksum).size;
  });
}

/**
 * What is installed and what was prefetched, as one list: a package of both is the prefetched one, which tells where it
 * is from, with the licence that the installed one knows.
 */
export function mergePrefetched(
  installed: readonly Package[],
  prefetched: readonly Package[],
): readonly Package[] {
  const keyed = (packages: readonly Package[]) => packages.map((one) => [packageKey(one.purl), one] as const);
  const [here, fetched] = [keyed(installed), keyed(prefetched)];
  const [byKey, known] = [new Map(here), new Map(fetched)];
  return [
    ...here.flatMap(([key, one]) => (known.has(key) ? [] : [one])),
    ...fetched.map(([key, one]) => {
      const license = byKey.get(key)?.license;
      return license === undefined ? one : { ...one, license };
    }),
  ];
}

/** The repositories that the packages are from, by id and in order: `repository_id` of their package URLs. */
export function repositoriesOf(packages: readonly Package[]): readonly string[] {
  const ids = packages.flatMap(({ purl }) => parsePackageUrl(purl)?.qualifiers.get('repository_id') ?? []);
  return [...new Set(ids)].sort();
}
