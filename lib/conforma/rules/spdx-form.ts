import * as z from 'zod';
import { REDHAT, type Rule } from '../rule.ts';
import { isSpdx } from '../sbom.ts';

const Text = z.string();
const Annotation = z.looseObject({
  annotationDate: Text,
  annotationType: z.enum(['OTHER', 'REVIEW']),
  annotator: Text,
  comment: Text,
});
const Checksum = z.looseObject({ algorithm: Text, checksumValue: Text });
const Categories = [
  'OTHER',
  'PERSISTENT-ID',
  'PERSISTENT_ID',
  'SECURITY',
  'PACKAGE-MANAGER',
  'PACKAGE_MANAGER',
] as const;

/** What the schema of SPDX 2.3 requires of documents, packages and relationships (sbom_spdx_schema.rego). */
const Document = z.looseObject({
  SPDXID: Text,
  spdxVersion: Text,
  dataLicense: Text,
  name: Text,
  documentNamespace: Text,
  creationInfo: z.looseObject({ created: Text, creators: z.array(Text).min(1) }),
  annotations: z.array(Annotation).optional(),
  packages: z
    .array(
      z.looseObject({
        SPDXID: Text,
        name: Text,
        downloadLocation: Text,
        versionInfo: Text.optional(),
        checksums: z.array(Checksum).optional(),
        annotations: z.array(Annotation).optional(),
        externalRefs: z
          .array(
            z.looseObject({
              referenceCategory: z.enum(Categories),
              referenceType: Text,
              referenceLocator: Text,
            }),
          )
          .optional(),
      }),
    )
    .optional(),
  relationships: z
    .array(z.looseObject({ spdxElementId: Text, relatedSpdxElement: Text, relationshipType: Text }))
    .optional(),
});

/** How many places of a document are told. */
const TOLD = 5;

/** policy/release/sbom_spdx, the rule about the form of documents. */
export const spdxForm: readonly Rule[] = [
  {
    name: 'sbom_spdx.valid',
    collections: REDHAT,
    find: ({ evidence }) =>
      evidence.sboms.filter(isSpdx).flatMap((sbom, index) => {
        const issues = Document.safeParse(sbom).error?.issues ?? [];
        return issues
          .slice(0, TOLD)
          .map(
            ({ path, message }) => `SPDX SBOM at index ${index} is not valid: ${path.join('.')}: ${message}`,
          );
      }),
  },
];
