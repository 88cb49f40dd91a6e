import { ExpectedError } from '#lib/errors';
import type { Schemas, StepDefinition, Values } from '#lib/tekton';
import type { StepContext } from './context.ts';

export interface StepModule<P extends Schemas = Schemas, R extends Schemas = Schemas> {
  readonly step: StepDefinition<P, R>;
  run(context: StepContext<P>): Promise<Values<R>>;
}

/** Gives a step its body: parameters in, results out. */
export function implement<P extends Schemas, R extends Schemas>(
  step: StepDefinition<P, R>,
  run: (context: StepContext<P>) => Promise<Values<R>>,
): StepModule<P, R> {
  return { step, run };
}

/** The step fails and yet has something to tell: a verdict, a report. Its results are written before it exits. */
export class FailedStepError extends ExpectedError {
  override readonly name = 'FailedStepError';
  override readonly kind = 'invalid';
  readonly results: Readonly<Record<string, unknown>>;

  constructor(message: string, results: Readonly<Record<string, unknown>>) {
    super(message);
    this.results = results;
  }
}
