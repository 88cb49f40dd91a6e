import type * as api from '../objects/api.gen.ts';
import { callSite } from './call-site.ts';
import { type Ref, type Refs, ref, refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { Version } from './version.ts';
import type { WithRefs } from './with-refs.ts';

interface StepActionScope<P extends Schemas, R extends Schemas> {
  readonly params: Refs<P>;
  readonly results: { readonly [K in keyof R]: { readonly path: Ref<string> } };
}

interface StepActionOptions<P extends Schemas, R extends Schemas> {
  readonly name: string;
  readonly version: Version;
  readonly description: string;
  /** Findings of `lint` that are meant: the rule, and why. */
  readonly waives?: Readonly<Record<string, string>> | undefined;
  readonly params: P;
  readonly results: R;
  /** Image (without one: that of all steps), command, args, env, script and so on; parameters never go into a script. */
  readonly step: (
    scope: StepActionScope<P, R>,
  ) => WithRefs<Omit<api.StepActionSpec, 'description' | 'params' | 'results'>>;
}

/** A step that several tasks share (v1beta1 StepAction; there is no v1 of it). */
export interface StepActionDefinition<P extends Schemas = Schemas, R extends Schemas = Schemas> {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Findings of `lint` that are meant: the rule, and why. */
  readonly waives?: Readonly<Record<string, string>> | undefined;
  readonly params: P;
  readonly results: R;
  readonly spec: WithRefs<Omit<api.StepActionSpec, 'description' | 'params' | 'results'>>;
  /** The file that defines it, where that is known. */
  readonly file: string | undefined;
}

/** A step that several tasks share (v1beta1 StepAction); a task takes it with `uses(action, { … })`. */
export function defineStepAction<P extends Schemas, R extends Schemas>(
  options: StepActionOptions<P, R>,
): StepActionDefinition<P, R> {
  const { name, version, description, waives, params, results } = options;
  const paths = Object.fromEntries(
    Object.keys(results).map((result) => [result, { path: ref(`$(step.results.${result}.path)`) }]),
  ) as StepActionScope<P, R>['results'];
  return {
    name,
    version,
    description,
    waives,
    params,
    results,
    file: callSite(),
    spec: options.step({ params: refs('params', params), results: paths }),
  };
}
