import { createLimit, type Limit } from '#lib/oci';

interface InRegistry {
  readonly registry: string;
}

/** One limit for each registry, whatever is asked of it: components, repositories and tags share it. */
export interface Limits {
  /** For a request to one registry. */
  at(repository: InRegistry): Limit;
  /** For what goes from one to the other: a place in both, or in the one that they are. */
  between(from: InRegistry, to: InRegistry): Limit;
}

/** @param concurrency requests, or blobs under way, at each registry at once */
export function createLimits(concurrency: number): Limits {
  const limits = new Map<string, Limit>();
  const limitOf = (registry: string) => {
    const limit = limits.get(registry) ?? createLimit(concurrency);
    limits.set(registry, limit);
    return limit;
  };
  return {
    at: ({ registry }) => limitOf(registry),
    between(from, to) {
      if (from.registry === to.registry) return limitOf(from.registry);
      // Always in the same order: two that wait for each other's place would wait for ever.
      const [first, second] = [from.registry, to.registry].sort() as [string, string];
      return (body) => limitOf(first)(() => limitOf(second)(body));
    },
  };
}
