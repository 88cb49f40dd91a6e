import * as z from 'zod';
import { matchesGlob, UNKNOWN_IN_GLOBS } from './glob.ts';
import type { Question } from './rule.ts';
import type { RuleData } from './rule-data.ts';
import type { AttestedTask } from './statement.ts';
import { referenceOf, type TaskReference } from './tasks.ts';
import { isVersion, satisfies } from './versions.ts';

const TrustRule = z.looseObject({
  pattern: z
    .string()
    .regex(/^(?:oci:\/\/|git\+)/, 'begins with neither oci:// nor git+')
    .refine(
      (pattern) => !UNKNOWN_IN_GLOBS.test(pattern),
      'has classes or alternatives, which are not read here',
    ),
  effective_on: z.iso.datetime({ offset: true }).optional(),
  message: z.string().optional(),
  versions: z.array(z.string().refine(isVersion, 'is no version')).optional(),
});
const Groups = z.record(z.string(), z.array(TrustRule)).prefault({});

/** `trusted_task_rules` (conforma/policy, lib/tekton/trusted.rego): groups of rules by any name. */
export const TrustRules = z.strictObject({ allow: Groups, deny: Groups });
export type TrustRule = z.infer<typeof TrustRule>;

/** The annotation of a bundle's manifest that says of which version it is. */
export const VERSION_ANNOTATION = 'org.opencontainers.image.version';

/** Rules that allow or deny; none where they are not of their form, which trusted_task.data_format says. */
export function trustRules(data: RuleData): {
  readonly allow: readonly TrustRule[];
  readonly deny: readonly TrustRule[];
} {
  const { allow = {}, deny = {} } = TrustRules.safeParse(data.get('trusted_task_rules')).data ?? {};
  return { allow: Object.values(allow).flat(), deny: Object.values(deny).flat() };
}

/** Whether there are rules at all, and they are switched on: those of the past, by digest, are not read here. */
export function hasTrustRules({ data }: Question): boolean {
  const { allow, deny } = trustRules(data);
  return allow.length + deny.length > 0 && data.get('trusted_task_rules_enabled') === true;
}

/** Why a task is not trusted; undefined where it is. */
export function distrustOf(task: AttestedTask, question: Question): string | undefined {
  const reference = referenceOf(task);
  const { allow, deny } = trustRules(question.data);
  const denying = deny.filter((rule) => isEffective(rule, question.now) && denies(rule, reference, question));
  if (denying.length > 0) {
    const messages = denying.flatMap(({ message }) => message ?? []);
    return [`denied by ${denying.map(({ pattern }) => pattern).join(', ')}`, ...messages].join(': ');
  }
  const allowed = allow.some((rule) => isEffective(rule, question.now) && allows(rule, reference, question));
  return allowed ? undefined : 'no rule allows it';
}

export function isTrusted(task: AttestedTask, question: Question): boolean {
  return hasTrustRules(question) && distrustOf(task, question) === undefined;
}

/** Rules that will deny it, once they count. */
export function futureDenials(task: AttestedTask, question: Question): readonly TrustRule[] {
  return trustRules(question.data).deny.filter(
    (rule) => !isEffective(rule, question.now) && denies(rule, referenceOf(task), question),
  );
}

function isEffective({ effective_on: from }: TrustRule, now: Date): boolean {
  return from === undefined || Date.parse(from) <= now.getTime();
}

/** A rule with versions needs the version of the bundle, which satisfies all of them. */
function allows({ pattern, versions }: TrustRule, reference: TaskReference, question: Question): boolean {
  if (!matchesPattern(pattern, reference.key)) return false;
  if (versions === undefined) return true;
  const version = versionOf(reference, question);
  return version !== undefined && versions.every((range) => satisfies(version, range));
}

/** A rule with versions denies what has none that can be read, too. */
function denies({ pattern, versions }: TrustRule, reference: TaskReference, question: Question): boolean {
  if (!matchesPattern(pattern, reference.key)) return false;
  if (versions === undefined) return true;
  const version = versionOf(reference, question);
  return version === undefined || !isVersion(version) || versions.some((range) => satisfies(version, range));
}

function versionOf({ bundle }: TaskReference, { evidence }: Question): string | undefined {
  return bundle === undefined ? undefined : evidence.bundles.get(bundle)?.[VERSION_ANNOTATION];
}

/** A pattern without `*` is one of any tag, too. */
function matchesPattern(pattern: string, key: string): boolean {
  return matchesGlob(pattern, key) || (!pattern.includes('*') && matchesGlob(`${pattern}:*`, key));
}
