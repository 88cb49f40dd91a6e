import {
  isMatrixed,
  optionalWorkspaceProblems,
  pipelineResultLinkProblems,
  pipelineStartProblems,
  type ReferenceTypes,
  taskResultLinkProblems,
  unboundProblems,
} from '#lib/tekton/objects';
import type { PipelineRun, PipelineSpec } from '../model/api.ts';
import type { NamedMeta } from '../model/named-meta.ts';
import { refuseFirst } from '../model/refuse.ts';
import { fanOut } from '../variables/matrix.ts';
import { evaluate } from '../variables/when.ts';
import type { PreparedPipeline } from './prepared.ts';

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
  for (const { task } of tasks) {
    for (const { cel } of task.when ?? []) if (cel) evaluate(cel);
    if (isMatrixed(task)) fanOut(task.matrix, `spec.tasks[${task.name}].matrix`);
  }
  const types = typesOf(tasks);
  for (const { name, task } of tasks)
    refuseFirst(taskResultLinkProblems(task, types, `spec.tasks[${name}]`, { lenient: true }));
  refuseFirst(pipelineResultLinkProblems(spec.results ?? [], types, 'spec.results', { lenient: true }), {
    InvalidPipelineResultReference: `Failed to resolve pipeline result reference for "${run.metadata.name}" with error `,
  });
  for (const { name, task, body } of tasks) {
    refuseFirst(optionalWorkspaceProblems(task, body.spec, spec, `spec.tasks[${name}]`), {
      RequiredWorkspaceMarkedOptional: 'Optional workspace not supported by task: ',
    });
  }
  const bound = new Set(bindings.map(({ name }) => name));
  for (const { name, task, body } of tasks) {
    refuseFirst(unboundProblems(task, body.spec.workspaces ?? [], bound, `spec.tasks[${name}].workspaces`));
  }
}

/** Every task has been found by now, so a result that none of them declares is none. */
function typesOf(tasks: PreparedPipeline['tasks']): ReferenceTypes {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const results = (task: string) => byName.get(task)?.body.spec.results ?? [];
  return {
    param: () => undefined,
    results,
    result: (task, wanted) => results(task).find(({ name }) => name === wanted),
    isMatrixed: (task) => isMatrixed(byName.get(task)?.task ?? {}),
    unmet(task) {
      if (!byName.has(task)) return `referenced pipeline task "${task}" does not exist`;
      const unseen = byName.get(task)?.unseen;
      if (unseen !== undefined) return `the Task of "${task}" is not known: ${unseen}`;
      if (!byName.get(task)?.isPipeline) return undefined;
      return `unable to validate result referencing pipeline task "${task}": task spec not found`;
    },
  };
}
