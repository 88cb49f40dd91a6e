import * as z from 'zod';
import { InvalidEvidenceError } from './errors.ts';

const Value = z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())]);
const Labels = z.record(z.string(), z.string());
const DigestSet = z.record(z.string(), z.string());

const Task = z.looseObject({
  name: z.string(),
  ref: z
    .looseObject({
      name: z.string().optional(),
      kind: z.string().optional(),
      bundle: z.string().optional(),
      resolver: z.string().optional(),
      params: z.array(z.looseObject({ name: z.string(), value: Value })).optional(),
    })
    .prefault({}),
  status: z.string().optional(),
  steps: z.array(z.unknown()).nullish(),
  invocation: z
    .looseObject({
      parameters: z.record(z.string(), Value).nullish(),
      environment: z.looseObject({ labels: Labels.optional(), annotations: Labels.optional() }).optional(),
    })
    .prefault({}),
  results: z.array(z.looseObject({ name: z.string(), type: z.string().optional(), value: Value })).nullish(),
});

const Statement = z.looseObject({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(z.looseObject({ name: z.string(), digest: DigestSet })),
  predicate: z.looseObject({
    builder: z.looseObject({ id: z.string().optional() }).optional(),
    buildType: z.string(),
    invocation: z
      .looseObject({ environment: z.looseObject({ labels: Labels.optional() }).optional() })
      .optional(),
    buildConfig: z.looseObject({ tasks: z.array(Task) }).optional(),
    metadata: z.looseObject({ buildFinishedOn: z.string().optional() }).optional(),
    materials: z.array(z.looseObject({ uri: z.string(), digest: DigestSet })).nullish(),
  }),
});

/** An in-toto statement with SLSA provenance v0.2 of a PipelineRun, as far as policy reads it. */
export type Statement = z.infer<typeof Statement>;
/** A TaskRun in such a statement. */
export type AttestedTask = z.infer<typeof Task>;
export type AttestedValue = z.infer<typeof Value>;

export const SLSA_02 = 'https://slsa.dev/provenance/v0.2';

/** @throws {InvalidEvidenceError} saying which fields are wrong */
export function parseStatement(value: unknown): Statement {
  const parsed = Statement.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidEvidenceError(`not SLSA provenance v0.2: ${problems.join('; ')}`);
}
