import * as z from 'zod';
import type { Digest } from '#lib/oci';
import { hasUserinfo } from '#lib/text';
import { InvalidProvenanceError } from './errors.ts';

/** in-toto's media type for a statement that nobody has signed (in-toto attestation spec v1, "Bundle"). */
export const STATEMENT_MEDIA_TYPE = 'application/vnd.in-toto+json';
/** in-toto attestation spec v1, "Statement". */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const SLSA_PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

// in-toto attestation spec v1, "DigestSet": lower-case hexadecimal; it takes the algorithms that we write or meet.
export const DigestSet = z
  .record(z.string(), z.string().regex(/^[0-9a-f]+$/, 'is not in lower-case hexadecimal digits'))
  .refine((set) => Object.keys(set).length > 0, 'has no digest')
  .refine((set) => set.sha256 === undefined || set.sha256.length === 64, 'sha256 has 64 digits')
  .refine((set) => set.sha512 === undefined || set.sha512.length === 128, 'sha512 has 128 digits')
  .refine(
    ({ gitCommit }) => gitCommit === undefined || [40, 64].includes(gitCommit.length),
    'gitCommit has 40 digits, or 64',
  );

/** A digest as in-toto writes it. */
export function digestSet(digest: Digest): Readonly<Record<string, string>> {
  const [algorithm = '', value = ''] = digest.split(':');
  return { [algorithm]: value };
}

/** What is wrong with a statement, field by field. */
export function problemsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

const Uri = z
  .string()
  .refine((text) => URL.canParse(text), 'is no URI')
  .refine((text) => !hasUserinfo(text), 'holds credentials');
const Time = z.iso.datetime();
const Parameters = z.record(z.string(), z.json());

// in-toto attestation spec v1, "ResourceDescriptor".
const Resource = z
  .strictObject({
    name: z.string().min(1).optional(),
    uri: Uri.optional(),
    digest: DigestSet.optional(),
    content: z.base64().optional(),
    downloadLocation: Uri.optional(),
    mediaType: z.string().min(1).optional(),
    annotations: Parameters.optional(),
  })
  .refine(
    ({ uri, digest, content }) => (uri ?? digest ?? content) !== undefined,
    'has neither uri, digest nor content',
  );

const Metadata = z
  .strictObject({
    invocationId: z.string().min(1).optional(),
    startedOn: Time.optional(),
    finishedOn: Time.optional(),
  })
  .refine(
    ({ startedOn, finishedOn }) =>
      startedOn === undefined || finishedOn === undefined || Date.parse(startedOn) <= Date.parse(finishedOn),
    'ended before it started',
  );

const ProvenanceStatement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(Resource.refine(({ digest }) => digest !== undefined, 'a subject has a digest'))
    .min(1, 'there is none'),
  predicateType: z.literal(SLSA_PREDICATE_TYPE),
  // slsa.dev/spec/v1.0/provenance, "Schema".
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: Uri,
      externalParameters: Parameters,
      internalParameters: Parameters.optional(),
      resolvedDependencies: z.array(Resource).optional(),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({
        id: Uri,
        builderDependencies: z.array(Resource).optional(),
        version: z.record(z.string(), z.string()).optional(),
      }),
      metadata: Metadata.optional(),
      byproducts: z.array(Resource).optional(),
    }),
  }),
});

/** An in-toto statement v1 with SLSA provenance v1. */
export type ProvenanceStatement = z.infer<typeof ProvenanceStatement>;

/**
 * Parses a statement by the specifications alone: a field that they do not know is refused.
 *
 * @throws {InvalidProvenanceError} saying which fields are wrong
 */
export function parseProvenance(value: unknown): ProvenanceStatement {
  const parsed = ProvenanceStatement.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidProvenanceError(`not SLSA provenance v1: ${problemsOf(parsed.error)}`);
}
