import type { ParamSpec, PipelineSpec } from './api.ts';
import { InvalidRunError } from './errors.ts';
import { declaredType, goList } from './params.ts';
import type { PreparedTask } from './prepared.ts';
import { expressionsIn } from './references.ts';

/**
 * What a param of the Pipeline may be must be allowed by each Task that it is handed to alone
 * (ValidateParamEnumSubset, pkg/reconciler/pipelinerun/resources/pipelinerunresolution.go).
 *
 * @param declared with the references that its params had before values were put in
 * @throws {InvalidRunError}
 */
export function checkEnums(declared: PipelineSpec, tasks: readonly PreparedTask[]): void {
  for (const [index, { params = [] }] of [...(declared.tasks ?? []), ...(declared.finally ?? [])].entries()) {
    const body = tasks[index]?.body;
    for (const { name, value } of params) {
      const references = typeof value === 'string' ? expressionsIn(value) : [];
      const [reference, ...more] = references.filter((one) => one.startsWith('params.'));
      const given = declared.params?.find((spec) => `params.${spec.name}` === reference);
      const taken = body?.spec.params?.find((spec) => spec.name === name);
      if (!given || !taken?.enum?.length || more.length > 0 || declaredType(given) !== 'string') continue;
      const problem = enumSubsetProblem(given, taken.enum, body?.taskName ?? '');
      if (problem !== undefined) {
        throw new InvalidRunError(`Validation failed for pipelinerun with error ${problem}`, {
          path: `spec.tasks[${tasks[index]?.name}].params`,
        });
      }
    }
  }
}

function enumSubsetProblem(given: ParamSpec, allowed: readonly string[], task: string): string | undefined {
  if (!given.enum?.length) {
    return `pipeline param "${given.name}" has no enum, but referenced in "${task}" task has enums: ${goList(allowed)}`;
  }
  if (given.enum.every((one) => allowed.includes(one))) return undefined;
  return `pipeline param "${given.name}" enum: ${goList(given.enum)} is not a subset of the referenced in "${task}" task param enum: ${goList(allowed)}`;
}
