import { enumSubsetProblem } from '#lib/tekton/objects';
import type { PipelineSpec } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { PreparedTask } from './prepared.ts';

/**
 * What a param of the Pipeline may be must be allowed by each Task that it is handed to alone
 * (ValidateParamEnumSubset, pkg/reconciler/pipelinerun/resources/pipelinerunresolution.go).
 *
 * @param declared with the references that its params had before values were put in
 * @throws {InvalidRunError}
 */
export function checkEnums(declared: PipelineSpec, tasks: readonly PreparedTask[]): void {
  const specOf = (wanted: string) => declared.params?.find(({ name }) => name === wanted);
  for (const [index, { params = [] }] of [...(declared.tasks ?? []), ...(declared.finally ?? [])].entries()) {
    const { name: task, body } = tasks[index] ?? {};
    for (const { name, value } of params) {
      const allowed = body?.spec.params?.find((spec) => spec.name === name)?.enum ?? [];
      const problem = enumSubsetProblem(value, allowed, body?.taskName ?? '', specOf);
      if (problem === undefined) continue;
      throw new InvalidRunError(`Validation failed for pipelinerun with error ${problem}`, {
        path: `spec.tasks[${task}].params`,
      });
    }
  }
}
