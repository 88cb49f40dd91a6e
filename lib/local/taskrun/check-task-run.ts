import { overrideProblems } from '#lib/tekton/objects';
import { InvalidRunError } from '../model/errors.ts';
import { refuseFirst, withoutPaths } from '../model/refuse.ts';
import type { TaskRequest } from '../prepare/task-request.ts';

/**
 * What the controller looks at before it makes a pod, and only then: names in a PipelineRun's taskRunSpecs, and that the
 * affinity assistant places the pod beside one volume (ValidateOnlyOnePVCIsUsed, pkg/workspace/validate.go).
 *
 * @throws {InvalidRunError} which ends the TaskRun
 */
export function checkTaskRun(
  { bindings, spec, resources }: Pick<TaskRequest, 'bindings' | 'spec' | 'resources'>,
  { allowsManyClaims }: { readonly allowsManyClaims: boolean },
): void {
  refuseFirst(withoutPaths(overrideProblems(resources, spec)));
  const claims = bindings.flatMap(({ persistentVolumeClaim: claim }) => (claim ? [claim.claimName] : []));
  if (new Set(claims).size <= 1 || allowsManyClaims) return;
  throw new InvalidRunError('[User error] more than one PersistentVolumeClaim is bound', {
    reason: 'TaskRunValidationFailed',
  });
}
