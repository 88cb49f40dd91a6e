import * as z from 'zod';
import { InvalidPolicyError } from './errors.ts';

/** What rules are told: texts, lists and objects by key. */
export interface RuleData {
  /** Looks a key up in the policy, in its data, and among what Conforma has of its own; an empty list where none has it. */
  readonly get: (key: string) => unknown;
  /** Lists of required tasks by the type of build, and of all builds: `pipeline-required-tasks`, `required-tasks`. */
  readonly requiredTasks: RequiredTasks;
}

const Entry = z.strictObject({
  effective_on: z.iso.datetime({ offset: true }),
  tasks: z.array(z.union([z.string(), z.array(z.string()).min(1)])).min(1),
});

const RequiredTasks = z.looseObject({
  'pipeline-required-tasks': z.record(z.string(), z.array(Entry)).prefault({}),
  'required-tasks': z.array(Entry).prefault([]),
});

export type RequiredEntry = z.infer<typeof Entry>;
export type RequiredTasks = z.infer<typeof RequiredTasks>;

/** lib/rule_data/rule_data.rego, as far as rules here ask for it. */
const defaults: Readonly<Record<string, unknown>> = {
  known_attestation_types: ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'],
  allowed_predicate_types: ['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1'],
  allowed_builder_ids: ['https://tekton.dev/chains/v2'],
  supported_vcs: ['git', 'hg', 'bzr', 'svn'],
  supported_digests:
    'sha256 sha224 sha384 sha512 sha512_224 sha512_256 sha3_224 sha3_256 sha3_384 sha3_512 shake128 shake256 blake2b blake2s ripemd160 sm3 gost sha1 md5 gitCommit gitTree gitBlob gitTag'.split(
      ' ',
    ),
  supported_tests_results: ['SUCCESS', 'FAILURE', 'ERROR', 'SKIPPED', 'WARNING'],
  failed_tests_results: ['FAILURE'],
  erred_tests_results: ['ERROR'],
  skipped_tests_results: ['SKIPPED'],
  warned_tests_results: ['WARNING'],
  required_hermetic_tasks: ['buildah', 'run-script-oci-ta'],
  pipeline_intention: null,
  non_unique_rpm_names: ['gpg-pubkey'],
  allowed_provenance_build_types: [
    'tekton.dev/v1/PipelineRun',
    'tekton.dev/v1beta1/PipelineRun',
    'https://tekton.dev/attestations/chains/pipelinerun@v2',
    'https://tekton.dev/chains/v2/slsa',
    'https://tekton.dev/chains/v2/slsa-tekton',
  ],
};

/**
 * @param ruleData of the policy itself, which comes first
 * @param documents of the policy's data sources, merged: `rule_data_custom`, `rule_data`, lists of required tasks
 * @throws {InvalidPolicyError} for lists of required tasks that are none
 */
export function ruleDataOf(
  ruleData: Readonly<Record<string, unknown>>,
  documents: Readonly<Record<string, unknown>>,
): RuleData {
  const parsed = RequiredTasks.safeParse(documents);
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
    throw new InvalidPolicyError(`the data of the policy is not understood: ${path.join('.')}: ${message}`);
  }
  const tables = [ruleData, documents.rule_data_custom, documents.rule_data, defaults];
  return {
    get: (key) => {
      const table = tables.find((one) => isObject(one) && Object.hasOwn(one, key));
      return isObject(table) ? table[key] : [];
    },
    requiredTasks: parsed.data,
  };
}

/**
 * Documents of data as one: objects of one name become one, as OPA loads them.
 *
 * @throws {InvalidPolicyError} where two say something else under one name
 */
export function mergeDocuments(
  documents: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const [key, value] of documents.flatMap(Object.entries)) {
    const known = merged[key];
    if (known === undefined) merged[key] = value;
    else if (isObject(known) && isObject(value)) merged[key] = mergeDocuments([known, value]);
    else throw new InvalidPolicyError(`two documents of the policy's data have ${key}`);
  }
  return merged;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts of a list; nothing else is one, and a rule of its own says so. */
export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/**
 * Whether a pattern of the policy's is in a text. Conforma's patterns are Go's, which are read as those of this language.
 *
 * @throws {InvalidPolicyError} for one that is none here
 */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch (cause) {
    throw new InvalidPolicyError(`the policy has a pattern that is not understood: ${pattern}`, { cause });
  }
}
