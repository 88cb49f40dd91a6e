import { quantityNumber } from '../language/index.ts';
import type { TaskSpec } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

/** validateTaskSpecRequestResources (pkg/reconciler/taskrun/validate_taskrun.go). */
export function resourceProblems({ steps = [], stepTemplate }: TaskSpec, path: string): readonly Problem[] {
  return steps.flatMap(({ computeResources }, index) =>
    Object.entries(computeResources?.requests ?? {}).flatMap(([name, request]) => {
      const limit = computeResources?.limits?.[name] ?? stepTemplate?.computeResources?.limits?.[name];
      const [asked, most] = [
        quantityNumber(request),
        limit === undefined ? undefined : quantityNumber(limit),
      ];
      if (asked === undefined || most === undefined || asked <= most) return [];
      return [
        {
          path: `${path}.steps[${index}].computeResources.requests.${name}`,
          message: `invalid request resource value: ${request} must be less or equal to limit ${limit}`,
        },
      ];
    }),
  );
}
