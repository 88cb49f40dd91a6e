import type { Sidecar, Volume } from '../api.gen.ts';
import type { Problem } from '../problem.ts';
import { scriptProblems } from './steps.ts';

/** Sidecar.Validate (pkg/apis/pipeline/v1/container_validation.go). */
export function sidecarProblems(sidecars: readonly Sidecar[], path: string): readonly Problem[] {
  return sidecars.flatMap((sidecar, index) => {
    const at = `${path}[${index}]`;
    const reserved = 'tekton-log-results';
    return [
      ...(sidecar.name === reserved
        ? [{ path: `${at}.name`, message: `Invalid: cannot use reserved sidecar name ${reserved}` }]
        : []),
      ...((sidecar.image ?? '') === '' ? [{ path: `${at}.image`, message: 'missing field(s)' }] : []),
      ...scriptProblems(sidecar, `${at}.script`),
    ];
  });
}

/** ValidateVolumes (task_validation.go). */
export function volumeProblems(volumes: readonly Volume[], path: string): readonly Problem[] {
  return volumes.flatMap(({ name }, index) =>
    volumes.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            path: `${path}[${index}].name`,
            message: `multiple volumes with same name ${JSON.stringify(name)}`,
          },
        ],
  );
}
