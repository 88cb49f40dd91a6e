import { graphOf, graphProblems as problemsOf } from '../language/index.ts';
import type { PipelineTask } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

/** Build (pkg/reconciler/pipeline/dag/dag.go), each problem where it stands. */
export function graphProblems(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  return problemsOf(graphOf(tasks)).map(({ task, unknown, message }) => {
    const index = tasks.findIndex(({ name = '' }) => name === task);
    const place = tasks[index]?.runAfter?.indexOf(unknown ?? '') ?? -1;
    const at = `${path}[${index}]`;
    return { path: place < 0 ? at : `${at}.runAfter[${place}]`, message: `invalid value: ${message}` };
  });
}
