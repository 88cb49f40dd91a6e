import type { Evidence } from './evidence.ts';
import type { RuleData } from './rule-data.ts';
import type { Statement } from './statement.ts';

export type Collection = 'slsa3' | 'redhat';

/** What a rule is asked. */
export interface Question {
  readonly evidence: Evidence;
  /** The statements of PipelineRuns among the evidence that count: the last one. */
  readonly statements: readonly Statement[];
  readonly data: RuleData;
  readonly now: Date;
}

/** Why a rule does not hold; a term is what an exception may name, as in `tasks.required_tasks_found:clamav-scan`. */
export interface Finding {
  readonly message: string;
  readonly term?: string | readonly string[];
  /** From when on it counts, where that is not now; before, it is a warning. */
  readonly effectiveOn?: string;
}

/** A rule of Conforma's, by its name there: `<package>.<short name>`. */
export interface Rule {
  readonly name: `${string}.${string}`;
  readonly collections: readonly Collection[];
  /** A rule that warns, and denies nothing. */
  readonly warns?: true;
  readonly find: (question: Question) => readonly (string | Finding)[];
}

export const BOTH: readonly Collection[] = ['slsa3', 'redhat'];
export const REDHAT: readonly Collection[] = ['redhat'];
