import { type Ref, type Refs, ref, refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { Workspaces } from './workspaces.ts';

/** What the steps of a task can refer to. */
export interface TaskScope<P extends Schemas, R extends Schemas, W extends Workspaces> {
  readonly params: Refs<P>;
  /** For `takes` of a step that needs most params: all that are not named. */
  readonly allBut: <K extends keyof P & string>(
    ...names: readonly K[]
  ) => readonly Exclude<keyof P & string, K>[];
  /** Path of the file that a result is written to. */
  readonly results: { readonly [K in keyof R]: { readonly path: Ref<string> } };
  readonly workspaces: {
    readonly [K in keyof W]: Readonly<Record<'path' | 'bound' | 'claim' | 'volume', Ref<string>>>;
  };
  /** An earlier step, by the name that it has among the steps: `step({ clone })`. */
  readonly step: <D extends object>(earlier: Readonly<Record<string, D>>) => EarlierStep<StepResults<D>>;
  readonly context: {
    readonly taskRun: Readonly<Record<'name' | 'namespace' | 'uid', Ref<string>>>;
    readonly task: Readonly<Record<'name' | 'retry-count', Ref<string>>>;
  };
}

export interface EarlierStep<R extends Schemas> {
  readonly result: <K extends keyof R & string>(name: K) => Refs<R>[K];
  readonly exitCodePath: Ref<string>;
}

/** Results of the step's StepAction, or of the step itself. */
type StepResults<D> = D extends { readonly action: { readonly results: infer R extends Schemas } }
  ? R
  : D extends { readonly results: infer R extends Schemas }
    ? R
    : Record<never, never>;

export function taskScope<P extends Schemas, R extends Schemas, W extends Workspaces>(
  params: P,
  results: R,
  workspaces: W | undefined,
): TaskScope<P, R, W> {
  return {
    params: refs('params', params),
    allBut: <K extends keyof P & string>(...names: readonly K[]) => {
      const left = new Set<string>(names);
      return Object.keys(params).filter((name): name is Exclude<keyof P & string, K> => !left.has(name));
    },
    results: each(results, (name) => variables(`results.${name}`, 'path')),
    workspaces: each(workspaces ?? ({} as W), (name) =>
      variables(`workspaces.${name}`, 'path', 'bound', 'claim', 'volume'),
    ),
    step: (earlier) => earlierStep(earlier),
    context: {
      taskRun: variables('context.taskRun', 'name', 'namespace', 'uid'),
      task: variables('context.task', 'name', 'retry-count'),
    },
  };
}

function earlierStep<D extends object>(earlier: Readonly<Record<string, D>>): EarlierStep<StepResults<D>> {
  const [[name, step] = ['', {}]] = Object.entries<object>(earlier);
  const own = 'results' in step ? step.results : undefined;
  const action = 'action' in step ? (step.action as { readonly results: Schemas }).results : undefined;
  const results = refs(`steps.${name}.results`, (action ?? own ?? {}) as StepResults<D>);
  return {
    result: (result) => results[result],
    // The prefix step- stands here and not before results (docs/variables.md).
    exitCodePath: ref(`$(steps.step-${name}.exitCode.path)`),
  };
}

function variables<K extends string>(path: string, ...names: K[]): Record<K, Ref<string>> {
  return Object.fromEntries(names.map((name) => [name, ref(`$(${path}.${name})`)])) as Record<K, Ref<string>>;
}

function each<T extends object, V>(named: T, make: (name: string) => V): { readonly [K in keyof T]: V } {
  return Object.fromEntries(Object.keys(named).map((name) => [name, make(name)])) as {
    readonly [K in keyof T]: V;
  };
}
