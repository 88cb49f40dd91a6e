import {
  expressionsOf,
  isMatrixed,
  pipelineStartProblems,
  type ResultRef,
  resultRefs,
  resultsIn,
} from '#lib/tekton/objects';
import type { PipelineRun, PipelineSpec } from './api.ts';
import { InvalidRunError } from './errors.ts';
import { fanOut } from './matrix.ts';
import type { NamedMeta, PreparedPipeline } from './prepared.ts';
import { refuseFirst } from './refuse.ts';
import { evaluate } from './when.ts';

/**
 * A PipelineRun's params, workspaces and taskRunSpecs against its Pipeline.
 *
 * @throws {InvalidRunError} with the reason and message that the controller gives
 */
export function checkRun(
  run: PipelineRun & { readonly metadata: NamedMeta },
  pipelineName: string,
  spec: PipelineSpec,
): void {
  const { namespace, name } = run.metadata;
  const of = `PipelineRun ${namespace}/${name}`;
  const pipeline = `Pipeline ${namespace}/${pipelineName}`;
  refuseFirst(pipelineStartProblems(run, spec), {
    ParameterMissing: `${of} is missing some parameters required by ${pipeline}: `,
    ParameterTypeMismatch: `${of} parameters have mismatching types with ${pipeline}'s parameters: `,
    InvalidParamValue: `${of} parameters have invalid value: `,
    ObjectParameterMissKeys: `${of} parameters is missing object keys required by ${pipeline}'s parameters: `,
    ParamArrayIndexingInvalid: `${of} failed validation: failed to validate ${pipeline}'s parameter which has an invalid index while referring to an array: `,
    InvalidWorkspaceBindings: `${of} doesn't bind ${pipeline}'s Workspaces correctly: `,
    InvalidTaskRunSpecs: `${of} doesn't define taskRunSpecs correctly: `,
  });
}

/**
 * References to results, workspaces of tasks, CEL and matrices, once all Tasks are known.
 *
 * @throws {InvalidRunError}
 */
export function checkReferences(prepared: PreparedPipeline): void {
  const { run, spec, tasks, bindings } = prepared;
  const optional = new Set((spec.workspaces ?? []).flatMap(({ name, optional: is }) => (is ? [name] : [])));
  for (const { task } of tasks) {
    for (const { cel } of task.when ?? []) if (cel) evaluate(cel);
    if (isMatrixed(task)) fanOut(task.matrix, `spec.tasks[${task.name}].matrix`);
  }
  for (const { name, task } of tasks) {
    for (const reference of resultRefs(task)) {
      const problem = referenceProblem(reference, prepared);
      if (problem !== undefined) {
        throw invalid(
          'InvalidTaskResultReference',
          `invalid result reference in pipeline task "${name}": ${problem}`,
          `spec.tasks[${name}]`,
        );
      }
    }
  }
  for (const result of spec.results ?? []) {
    for (const reference of resultsIn(expressionsOf(result.value))) {
      const problem = referenceProblem(reference, prepared);
      if (problem === undefined) continue;
      throw invalid(
        'InvalidPipelineResultReference',
        `Failed to resolve pipeline result reference for "${run.metadata.name}" with error invalid pipeline result "${result.name}": ${problem}`,
        `spec.results[${result.name}]`,
      );
    }
  }
  const bound = new Set(bindings.map(({ name }) => name));
  for (const { name, task, body } of tasks) {
    for (const declared of body.spec.workspaces ?? []) {
      if (declared.optional) continue;
      const given = task.workspaces?.find((binding) => binding.name === declared.name);
      const outer = given?.workspace || given?.name;
      if (outer !== undefined && optional.has(outer)) {
        throw invalid(
          'RequiredWorkspaceMarkedOptional',
          `Optional workspace not supported by task: pipeline workspace "${outer}" is marked optional but pipeline task "${name}" requires it be provided`,
          `spec.tasks[${name}].workspaces`,
        );
      }
      // An embedded task finds a workspace of the run by its name.
      const isBound =
        outer === undefined ? body.taskName === '' && bound.has(declared.name) : bound.has(outer);
      if (isBound) continue;
      throw invalid(
        'CreateRunFailed',
        outer === undefined
          ? `declared workspace "${declared.name}" is required but has not been bound`
          : `expected workspace "${outer}" to be provided by pipelinerun for pipeline task "${name}"`,
        `spec.tasks[${name}].workspaces`,
      );
    }
  }
}

function referenceProblem(
  { pipelineTask, result }: ResultRef,
  { tasks }: PreparedPipeline,
): string | undefined {
  const target = tasks.find(({ name }) => name === pipelineTask);
  if (!target) return `referenced pipeline task "${pipelineTask}" does not exist`;
  if (target.isPipeline) {
    return `unable to validate result referencing pipeline task "${pipelineTask}": task spec not found`;
  }
  if (target.body.spec.results?.some(({ name }) => name === result)) return undefined;
  return `"${result}" is not a named result returned by pipeline task "${pipelineTask}"`;
}

function invalid(reason: string, message: string, path: string): InvalidRunError {
  return new InvalidRunError(message, { reason, path });
}
