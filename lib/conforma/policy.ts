import { parse } from 'yaml';
import * as z from 'zod';
import { printable } from '#lib/text';
import { InvalidPolicyError } from './errors.ts';
import { isObject } from './rule-data.ts';
import { TrustRules } from './trust.ts';

const Names = z.array(z.string()).nullish();
const Choice = z.looseObject({ include: Names, exclude: Names }).nullish();
const Source = z.looseObject({
  name: z.string().optional(),
  policy: Names,
  data: Names,
  ruleData: z.record(z.string(), z.unknown()).nullish(),
  config: Choice,
  volatileConfig: z.undefined('exceptions that expire are not read here: write them into config').optional(),
});
const Spec = z.looseObject({ sources: z.array(Source).min(1), configuration: Choice });

/** Which rules count, by names as Conforma has them: `*`, `@collection`, `package`, `package.rule`, `package.rule:term`. */
export interface Choice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A source of a policy: what rules are told, and which of them count. */
export interface PolicySource {
  readonly ruleData: Readonly<Record<string, unknown>>;
  readonly choice: Choice;
}

/**
 * The sources of an EnterpriseContractPolicy: the object, or its spec alone as `ec --policy` takes it. Where its rules and
 * data come from is not followed: rules are those here, and data is given beside it.
 *
 * @throws {InvalidPolicyError}
 */
export function parsePolicy(text: string, what: string): readonly PolicySource[] {
  const value = parseYaml(text, what);
  const spec = isObject(value) && isObject(value.spec) ? value.spec : value;
  const parsed = Spec.safeParse(spec);
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
    throw new InvalidPolicyError(`${what} is no policy: ${[...path, ''].join('.')} ${message}`);
  }
  const { sources, configuration } = parsed.data;
  return sources.map(({ ruleData, config }) => {
    const { include, exclude } = config ?? configuration ?? {};
    return { ruleData: ruleData ?? {}, choice: { include: include ?? ['*'], exclude: exclude ?? [] } };
  });
}

/**
 * The policy, with tasks that it trusts beside its own.
 *
 * @param patterns as in `trusted_task_rules`, such as `oci://127.0.0.1:5000/me/tekton-catalog/task-*`
 * @throws {InvalidPolicyError} for a pattern that is none
 */
export function trusting(
  policy: readonly PolicySource[],
  patterns: readonly string[],
): readonly PolicySource[] {
  if (patterns.length === 0) return policy;
  const added = { 'given beside the policy': patterns.map((pattern) => ({ pattern })) };
  const parsed = TrustRules.safeParse({ allow: added });
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
    const pattern = printable(patterns[Number(path[2])] ?? '', 200);
    throw new InvalidPolicyError(`${pattern} is no pattern of tasks: it ${message}`);
  }
  return policy.map(({ ruleData, choice }) => {
    const rules = isObject(ruleData.trusted_task_rules) ? ruleData.trusted_task_rules : {};
    const allow = { ...(isObject(rules.allow) ? rules.allow : {}), ...added };
    return { choice, ruleData: { ...ruleData, trusted_task_rules: { ...rules, allow } } };
  });
}

/**
 * A file of a policy's data.
 *
 * @throws {InvalidPolicyError}
 */
export function parsePolicyData(text: string, what: string): Readonly<Record<string, unknown>> {
  const value = parseYaml(text, what);
  if (!isObject(value)) throw new InvalidPolicyError(`${what} is no data of a policy: it is no object`);
  return value;
}

function parseYaml(text: string, what: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new InvalidPolicyError(`${what} is no YAML`, { cause });
  }
}
