import type { Params } from '../request.ts';

/** argv of a step with these params, as lib/step reads it; all that the pod's step was given goes to the one on the host. */
export function stepArguments(params: Params): string[] {
  return Object.entries(params).flatMap(([name, value]) =>
    Array.isArray(value) ? [`--${name}[`, ...value.map(String), ']'] : [`--${name}=${String(value)}`],
  );
}
