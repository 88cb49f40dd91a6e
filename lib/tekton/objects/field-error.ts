import type { TaskSpec } from './api.gen.ts';
import type { Problem } from './problem.ts';

/** Problems as Go's apis.FieldError tells them: each message once, with all its paths (knative.dev/pkg/apis). */
export function messageOfProblems(problems: readonly Problem[], spec: TaskSpec): string {
  const paths = Map.groupBy(problems, ({ message }) => message);
  return [...paths]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([message, all]) =>
        `${message}: ${[...new Set(all.map(({ path }) => goPath(path, spec)))].sort().join(', ')}`,
    )
    .join('\n');
}

/** Tekton names variables by their name, and mounts by names of its own (validateStepVariables). */
function goPath(path: string, { steps = [] }: TaskSpec): string {
  const plain = path.replace(/^\./, '').replace(/\.volumeMounts\[(\d+)\]\.(mountPath|subPath)$/, mountField);
  return plain.replace(/^steps\[(\d+)\]\.env\[(\d+)\]\.value$/, (_, step: string, variable: string) => {
    return `steps[${step}].env[${steps[Number(step)]?.env?.[Number(variable)]?.name ?? variable}]`;
  });
}

function mountField(_: string, index: string, field: string): string {
  return `.volumeMount[${index}].${field === 'subPath' ? 'SubPath' : 'MountPath'}`;
}
