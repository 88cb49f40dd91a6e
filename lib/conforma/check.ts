import type { Evidence } from './evidence.ts';
import type { PolicySource } from './policy.ts';
import type { Finding, Question, Rule } from './rule.ts';
import { mergeDocuments, ruleDataOf, textsIn } from './rule-data.ts';
import { rules } from './rules/all.ts';
import { isChosen } from './selection.ts';
import type { Statement } from './statement.ts';

/** A rule of the policy that does not hold. */
export interface Violation {
  readonly rule: Rule['name'];
  /** A warning denies no release: that of a rule that only warns, or that counts only from a day to come. */
  readonly isWarning: boolean;
  readonly message: string;
  readonly terms: readonly string[];
}

/**
 * Asks the rules of a policy about an image.
 *
 * @param documents of the policy's data sources
 * @param now by which rules and exceptions count that have a date
 */
export function checkPolicy(
  evidence: Evidence,
  policy: readonly PolicySource[],
  documents: readonly Readonly<Record<string, unknown>>[] = [],
  now: Date = new Date(),
): readonly Violation[] {
  const data = mergeDocuments(documents);
  const found = policy.flatMap(({ ruleData, choice }) => {
    const told = ruleDataOf(ruleData, data);
    const types = textsIn(told.get('allowed_provenance_build_types'));
    const known = evidence.statements.filter(({ predicate }) => types.includes(predicate.buildType));
    const question = { evidence, statements: lastOf(known), data: told, now };
    return rules.flatMap((rule) =>
      violationsOf(rule, question).filter(({ terms }) => isChosen(rule, terms, choice)),
    );
  });
  // Runs of one task in a matrix say the same.
  return [...new Map(found.map((one) => [`${one.rule} ${one.message}`, one])).values()];
}

function violationsOf(rule: Rule, question: Question): readonly Violation[] {
  const found = rule.find(question).map((one): Finding => (typeof one === 'string' ? { message: one } : one));
  return found.map(({ message, term = [], effectiveOn }) => ({
    rule: rule.name,
    isWarning:
      rule.warns === true || (effectiveOn !== undefined && Date.parse(effectiveOn) > question.now.getTime()),
    message,
    terms: [term].flat(),
  }));
}

/** Those that ended last, of an image that was built more than once (release/lib/attestations.rego). */
function lastOf(statements: readonly Statement[]): readonly Statement[] {
  const times = statements.map(({ predicate }) => predicate.metadata?.buildFinishedOn ?? '');
  const last = times.toSorted().at(-1);
  return statements.filter((_, index) => times[index] === last);
}
