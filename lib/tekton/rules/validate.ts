import { own, quoted } from '#lib/text';
import type { Pipeline, PipelineRun, StepAction, Task, TaskRun } from '../objects/api.gen.ts';
import { InvalidObjectError, type Problem } from '../objects/problem.ts';
import { decode, type StructureOptions } from '../objects/structure.ts';
import { flagProblems } from './flag-problems.ts';
import type { KnownObjects } from './known.ts';
import { pipelineLinkProblems, stepLinkProblems } from './links.ts';
import { pipelineProblems } from './pipeline.ts';
import type { RuleOptions } from './rule-options.ts';
import { pipelineRunProblems, taskRunProblems } from './runs.ts';
import { pipelineSpecOf, pipelineStartProblems, taskRunSpecOf, taskStartProblems } from './start.ts';
import { stepActionProblems } from './step-action.ts';
import { taskProblems } from './task.ts';

export interface ValidateOptions extends StructureOptions, RuleOptions, KnownObjects {
  /** The data of a cluster's ConfigMap `feature-flags`; without it, every feature is taken to be on. */
  readonly flags?: Readonly<Record<string, string>> | undefined;
  /** Whether a run is looked at as it starts, with all that it is given; true where nothing is said. */
  readonly isStarting?: boolean | undefined;
}

/**
 * Everything that Tekton Pipelines 1.15 would say against an object: structure, the rules of its webhooks, and, where
 * references can be looked up, those of its controller. Never throws; no problem means that a cluster with the right
 * feature flags (see `featureFlags`) accepts it.
 */
export function validate(object: unknown, options: ValidateOptions = {}): readonly Problem[] {
  const { kind, apiVersion } = typeOf(object);
  const type = own(types, kind);
  if (!type) {
    return [
      {
        path: 'kind',
        message: `no kind ${quoted(kind)} of Tekton; there are: ${Object.keys(types).join(', ')}`,
      },
    ];
  }
  if (!type.versions.includes(apiVersion)) {
    const message = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}; there is: ${type.versions[0]}`;
    return [{ path: 'apiVersion', message }];
  }
  const { value, problems, isBroken } = decode(object, kind, '', options);
  // Tekton would not get past the decoder either.
  if (isBroken) return problems;
  const known = new Set(problems.map(({ path }) => path));
  return unique([
    ...problems,
    ...type.rules(value, options).filter(({ path }) => !known.has(path)),
    ...(options.flags ? flagProblems(object, options.flags) : []),
  ]);
}

/**
 * The object itself, when nothing is wrong with it.
 *
 * @throws {InvalidObjectError} with all its problems
 */
export function check<T extends object>(object: T, options: ValidateOptions = {}): T {
  const problems = validate(object, options);
  if (problems.length === 0) return object;
  const { kind } = typeOf(object);
  const { metadata } = object as { readonly metadata?: { readonly name?: unknown } };
  const name = typeof metadata?.name === 'string' ? ` ${metadata.name}` : '';
  throw new InvalidObjectError(`${kind || 'object'}${name}`, problems);
}

interface Type {
  readonly versions: readonly string[];
  readonly rules: (value: unknown, options: ValidateOptions) => readonly Problem[];
}

const types: Readonly<Record<string, Type | undefined>> = Object.assign(Object.create(null), {
  Task: {
    versions: ['tekton.dev/v1'],
    rules: (value, options) => {
      const task = value as Task;
      return [...taskProblems(task, options), ...stepLinkProblems(task.spec ?? {}, 'spec', options)];
    },
  },
  Pipeline: {
    versions: ['tekton.dev/v1'],
    rules: (value, options) => {
      const pipeline = value as Pipeline;
      return [
        ...pipelineProblems(pipeline, options),
        ...pipelineLinkProblems(pipeline.spec ?? {}, 'spec', options),
      ];
    },
  },
  PipelineRun: {
    versions: ['tekton.dev/v1'],
    rules: (value, options) => pipelineRunRules(value as PipelineRun, options),
  },
  TaskRun: {
    versions: ['tekton.dev/v1'],
    rules: (value, options) => taskRunRules(value as TaskRun, options),
  },
  StepAction: {
    // The same fields and the same rules.
    versions: ['tekton.dev/v1beta1', 'tekton.dev/v1alpha1'],
    rules: (value) => stepActionProblems(value as StepAction),
  },
} satisfies Record<string, Type>);

function pipelineRunRules(run: PipelineRun, options: ValidateOptions): readonly Problem[] {
  const pipeline = pipelineSpecOf(run, options);
  const inline = run.spec?.pipelineSpec;
  return [
    ...pipelineRunProblems(run, options),
    ...(inline ? pipelineLinkProblems(inline, 'spec.pipelineSpec', options) : []),
    ...(pipeline && options.isStarting !== false ? pipelineStartProblems(run, pipeline, options) : []),
  ];
}

function taskRunRules(run: TaskRun, options: ValidateOptions): readonly Problem[] {
  const task = taskRunSpecOf(run, options);
  const inline = run.spec?.taskSpec;
  return [
    ...taskRunProblems(run, options),
    ...(inline ? stepLinkProblems(inline, 'spec.taskSpec', options) : []),
    ...(task && options.isStarting !== false ? taskStartProblems(run, task) : []),
  ];
}

function typeOf(object: unknown): { readonly kind: string; readonly apiVersion: string } {
  const { kind, apiVersion } = (object ?? {}) as { readonly kind?: unknown; readonly apiVersion?: unknown };
  return {
    kind: typeof kind === 'string' ? kind : '',
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
  };
}

/** Rules overlap, as Tekton's do, which merges what is said twice. A reason is for a run that has begun. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(
    problems.map(({ path, message }) => [`${path}\n${message}`, { path, message }] as const),
  );
  return [...seen.values()];
}
