import type { PipelineRun, PipelineSpec } from './api.ts';
import { InvalidRunError } from './errors.ts';
import { fanOut, isMatrixed } from './matrix.ts';
import { enumProblem, goList, indexProblem, missingKeys, missingParams, mistypedParams } from './params.ts';
import type { NamedMeta, PreparedPipeline } from './prepared.ts';
import {
  expressionsIn,
  parseResultReference,
  type ResultReference,
  resultReferences,
  textsOf,
} from './references.ts';
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
  const { params = [], workspaces = [], taskRunSpecs = [] } = run.spec ?? {};
  const specs = spec.params ?? [];
  const of = `PipelineRun ${run.metadata.namespace}/${run.metadata.name}`;
  const pipeline = `Pipeline ${run.metadata.namespace}/${pipelineName}`;

  const missing = missingParams(specs, params);
  if (missing.length > 0) {
    throw invalid(
      'ParameterMissing',
      `${of} is missing some parameters required by ${pipeline}: pipelineRun missing parameters: ${goList(missing)}`,
      'spec.params',
    );
  }
  const mistyped = mistypedParams(specs, params);
  if (mistyped.length > 0) {
    throw invalid(
      'ParameterTypeMismatch',
      `${of} parameters have mismatching types with ${pipeline}'s parameters: parameters have inconsistent types : ${goList(mistyped)}`,
      'spec.params',
    );
  }
  const value = enumProblem(specs, params);
  if (value !== undefined)
    throw invalid('InvalidParamValue', `${of} parameters have invalid value: ${value}`, 'spec.params');
  const keys = missingKeys(specs, params);
  if (keys !== '') {
    throw invalid(
      'ObjectParameterMissKeys',
      `${of} parameters is missing object keys required by ${pipeline}'s parameters: pipelineRun missing object keys for parameters: ${keys}`,
      'spec.params',
    );
  }
  const index = indexProblem(specs, params, textsIn({ tasks: spec.tasks, finally: spec.finally }));
  if (index !== undefined) {
    throw invalid(
      'ParamArrayIndexingInvalid',
      `${of} failed validation: failed to validate ${pipeline}'s parameter which has an invalid index while referring to an array: ${index}`,
      'spec.params',
    );
  }
  const bound = new Set(workspaces.map(({ name }) => name));
  const unbound = (spec.workspaces ?? []).find(({ name, optional }) => !optional && !bound.has(name));
  if (unbound) {
    throw invalid(
      'InvalidWorkspaceBindings',
      `${of} doesn't bind ${pipeline}'s Workspaces correctly: pipeline requires workspace with name "${unbound.name}" be provided by pipelinerun`,
      'spec.workspaces',
    );
  }
  const names = new Set([...(spec.tasks ?? []), ...(spec.finally ?? [])].map(({ name }) => name));
  const unknown = taskRunSpecs.find(({ pipelineTaskName }) => !names.has(pipelineTaskName));
  if (unknown) {
    throw invalid(
      'InvalidTaskRunSpecs',
      `${of} doesn't define taskRunSpecs correctly: pipelineRun's taskrunSpecs defined wrong taskName: "${unknown.pipelineTaskName}", does not exist in Pipeline`,
      'spec.taskRunSpecs',
    );
  }
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
    if (isMatrixed(task.matrix)) fanOut(task.matrix, `spec.tasks[${task.name}].matrix`);
  }
  for (const { name, task } of tasks) {
    for (const reference of resultReferences(task)) {
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
    for (const reference of textsOf(result.value)
      .flatMap(expressionsIn)
      .flatMap((one) => parseResultReference(one) ?? [])) {
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
  { pipelineTask, result }: ResultReference,
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

/** Every text in an object, whatever its field. */
export function* textsIn(node: unknown): Iterable<string> {
  if (typeof node === 'string') yield node;
  else if (Array.isArray(node)) for (const element of node) yield* textsIn(element);
  else if (typeof node === 'object' && node !== null) yield* textsIn(Object.values(node));
}

function invalid(reason: string, message: string, path: string): InvalidRunError {
  return new InvalidRunError(message, { reason, path });
}
