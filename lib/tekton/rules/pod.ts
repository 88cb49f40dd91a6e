import type { TaskSpec } from '../objects/api.gen.ts';
import { messageOfProblems } from '../objects/field-error.ts';
import type { CelCheck } from './rule-options.ts';
import { taskSpecProblems, usageProblems } from './task.ts';

/**
 * What the controller says against a Task with everything put in, before it makes a pod of it: a variable that is left
 * stands for nothing (createPod, pkg/reconciler/taskrun/taskrun.go).
 */
export function podProblem(spec: TaskSpec, cel?: CelCheck): string | undefined {
  const unused = usageProblems(spec, '');
  const problems = unused.length > 0 ? unused : taskSpecProblems(spec, '', { cel });
  return problems.length === 0 ? undefined : messageOfProblems(problems, spec);
}
