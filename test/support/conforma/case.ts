import type { Evidence } from '#lib/conforma';
import type { Run } from './good-run.ts';

/** How a rule is broken, and what it then says. */
export interface Case {
  readonly rule: string;
  /** What is wrong with the run. */
  readonly run?: (run: Run) => void;
  readonly evidence?: Partial<Evidence>;
  readonly ruleData?: object;
  readonly data?: object;
  readonly says: string;
}
