import * as z from 'zod';
import { parsePackageUrl } from '#lib/text';
import { parseImageName } from '../image-name.ts';
import { type Question, REDHAT, type Rule } from '../rule.ts';
import { matches, textsIn } from '../rule-data.ts';
import { isSpdx, packagesOf, type SbomPackage } from '../sbom.ts';
import { provided, SomeTexts } from './provided.ts';

const Pattern = z.looseObject({ type: z.string(), patterns: z.array(z.string()) });
const Attribute = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  effective_on: z.string().optional(),
  except_when: z
    .array(z.looseObject({ purl_qualifier: z.string(), patterns: z.array(z.string()) }))
    .optional(),
});

/** policy/release/base_image_registries, sbom and sbom_spdx */
export const sbom: readonly Rule[] = [
  {
    name: 'base_image_registries.base_image_permitted',
    collections: REDHAT,
    find: ({ evidence, data }) => {
      const prefixes = textsIn(data.get('allowed_registry_prefixes'));
      const own = parseImageName(evidence.image)?.digest;
      return evidence.sboms
        .flatMap(packagesOf)
        .filter(isBaseImage)
        .flatMap(({ purls }) => purls.flatMap(imageOf))
        .filter((image) => !prefixes.some((prefix) => image.startsWith(prefix)))
        .filter((image) => parseImageName(image)?.digest !== own)
        .map((image) => ({
          message: `Base image "${image}" is from a disallowed registry`,
          term: parseImageName(image)?.repository ?? image,
        }));
    },
  },
  {
    name: 'base_image_registries.base_image_info_found',
    collections: REDHAT,
    find: ({ evidence }) => (evidence.sboms.length === 0 ? ['Base images information is missing'] : []),
  },
  provided('base_image_registries.allowed_registries_provided', { allowed_registry_prefixes: SomeTexts }),
  {
    name: 'sbom.found',
    collections: REDHAT,
    find: ({ evidence }) =>
      evidence.sboms.length === 0 && !evidence.isIndex ? ['No SBOM attestations found'] : [],
  },
  {
    name: 'sbom_spdx.allowed_package_sources',
    collections: REDHAT,
    find: (question) => {
      const allowed = z.array(Pattern).safeParse(question.data.get('allowed_package_sources')).data ?? [];
      return spdxPackages(question)
        .filter(({ isPrefetched }) => isPrefetched)
        .flatMap(({ purls }) => purls)
        .flatMap((url) => {
          const purl = parsePackageUrl(url);
          const from = purl?.qualifiers.get('download_url');
          if (purl === undefined || from === undefined) return [];
          const patterns = allowed.find(({ type }) => type === purl.type)?.patterns ?? [];
          return patterns.some((pattern) => matches(pattern, from))
            ? []
            : [{ message: `Package ${url} was fetched from ${from}, which is not allowed`, term: url }];
        });
    },
  },
  {
    name: 'sbom_spdx.disallowed_package_attributes',
    collections: REDHAT,
    find: (question) => {
      const disallowed = z.array(Attribute).safeParse(question.data.get('disallowed_attributes')).data ?? [];
      return spdxPackages(question).flatMap(({ name, purls, properties }) =>
        disallowed
          .filter((one) =>
            properties.some((property) => property.name === one.name && property.value === (one.value ?? '')),
          )
          .filter(({ except_when: exceptions = [] }) => !isExcepted(purls[0] ?? '', exceptions))
          .map((one) => ({
            message: `Package ${purls[0] ?? name} has the attribute "${one.name}" set`,
            term: purls[0] ?? name,
            ...(one.effective_on === undefined ? {} : { effectiveOn: one.effective_on }),
          })),
      );
    },
  },
  {
    name: 'sbom_spdx.allowed',
    collections: REDHAT,
    find: (question) => {
      // Ranges of versions are not read: what is named there at all is told.
      const named = z
        .array(z.looseObject({ purl: z.string() }))
        .safeParse(question.data.get('disallowed_packages'));
      const names = (named.data ?? []).map(({ purl }) => identityOf(purl));
      return spdxPackages(question)
        .flatMap(({ purls }) => purls)
        .filter((url) => names.includes(identityOf(url)))
        .map((url) => `Package is not allowed: ${url}`);
    },
  },
];

function spdxPackages({ evidence }: Question): readonly SbomPackage[] {
  return evidence.sboms.filter(isSpdx).flatMap(packagesOf);
}

/** A base or builder image, as mobster and konflux-build-cli say it. */
function isBaseImage({ properties }: SbomPackage): boolean {
  return properties.some(
    ({ name, value }) =>
      (name === 'konflux:container:is_base_image' && value === 'true') ||
      (name === 'konflux:container:is_builder_image:for_stage' && /^-?\d+$/.test(value)),
  );
}

function imageOf(url: string): readonly string[] {
  const purl = parsePackageUrl(url);
  const repository = purl?.qualifiers.get('repository_url');
  return purl?.type === 'oci' && repository !== undefined ? [`${repository}@${purl.version}`] : [];
}

function isExcepted(url: string, exceptions: NonNullable<z.infer<typeof Attribute>['except_when']>): boolean {
  const qualifiers = parsePackageUrl(url)?.qualifiers;
  return exceptions.some(({ purl_qualifier: name, patterns }) =>
    patterns.some((pattern) => matches(pattern, qualifiers?.get(name) ?? '')),
  );
}

/** Without version and qualifiers. */
function identityOf(url: string): string {
  return url.split(/[@?#]/)[0] ?? '';
}
