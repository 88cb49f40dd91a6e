import { ExpectedError } from '#lib/errors';
import type { Schemas, StepDefinition, Values, Workspaces } from '#lib/tekton';
import type { StepContext } from './context.ts';

export interface StepModule<
  P extends Schemas = Schemas,
  R extends Schemas = Schemas,
  W extends Workspaces = Workspaces,
> {
  readonly step: StepDefinition<P, R, W>;
  run(context: StepContext<P, W>): Promise<Values<R>>;
}

/** Names of results that the step does not write: none may be there. */
type Surplus<O, R> = { readonly [K in Exclude<keyof O, keyof R>]: never };

/** Gives a step its body: parameters in, results out. */
export function implement<
  P extends Schemas,
  R extends Schemas,
  W extends Workspaces,
  O extends Values<R> = Values<R>,
>(
  step: StepDefinition<P, R, W>,
  run: (context: StepContext<P, W>) => Promise<O & Surplus<O, R>>,
): StepModule<P, R, W> {
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
