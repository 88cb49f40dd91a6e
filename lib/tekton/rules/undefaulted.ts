import type { ParamSpec, PipelineSpec } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';
import { untypedPropertyProblems } from './results.ts';

/**
 * A pipelineSpec inside a pipeline task is not reached by the defaulting webhook (PipelineTask.SetDefaults,
 * pkg/apis/pipeline/v1/pipeline_defaults.go), so types that it would infer have to be written down.
 */
export function undefaultedProblems(spec: PipelineSpec, path: string): readonly Problem[] {
  const tasks = [
    ...(spec.tasks ?? []).map((task, index) => ({ task, at: `${path}.tasks[${index}].taskSpec` })),
    ...(spec.finally ?? []).map((task, index) => ({ task, at: `${path}.finally[${index}].taskSpec` })),
  ];
  return [
    ...untypedParamProblems(spec.params ?? [], `${path}.params`),
    ...tasks.flatMap(({ task, at }) => [
      ...untypedParamProblems(task.taskSpec?.params ?? [], `${at}.params`),
      ...(task.taskSpec?.results ?? []).flatMap((result, index) =>
        result.type === 'object' ? untypedPropertyProblems(result, `${at}.results[${index}]`) : [],
      ),
    ]),
  ];
}

function untypedParamProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  return specs.flatMap((spec, index) => {
    const at = `${path}[${index}]`;
    if ((spec.type ?? '') !== '') return untypedPropertyProblems(spec, at);
    const message = 'invalid value: : a pipelineSpec inside a pipeline must give the types of params';
    return [{ path: `${at}.type`, message }];
  });
}
