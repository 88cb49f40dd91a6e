import type { Sidecar, Volume } from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { scriptProblems } from './steps.ts';

/** Sidecar.Validate (pkg/apis/pipeline/v1/container_validation.go). */
export function sidecarProblems(sidecars: readonly Sidecar[], path: string): readonly Problem[] {
  return sidecars.flatMap((sidecar, index) => {
    const at = `${path}[${index}]`;
    const reserved = 'tekton-log-results';
    return [
      ...problemIf(
        sidecar.name === reserved,
        `${at}.name`,
        `Invalid: cannot use reserved sidecar name ${reserved}`,
      ),
      ...problemIf((sidecar.image ?? '') === '', `${at}.image`, 'missing field(s)'),
      ...scriptProblems(sidecar, `${at}.script`),
    ];
  });
}

/** ValidateVolumes (task_validation.go). */
export function volumeProblems(volumes: readonly Volume[], path: string): readonly Problem[] {
  return volumes.flatMap(({ name }, index) =>
    problemIf(
      volumes.findIndex((other) => other.name === name) !== index,
      `${path}[${index}].name`,
      `multiple volumes with same name ${JSON.stringify(name)}`,
    ),
  );
}
