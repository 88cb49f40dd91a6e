import type { TaskRef } from '#lib/tekton';
import { UnknownItemError } from './errors.ts';
import type { Item } from './plan.ts';

/** The reference by which a pipeline gets what is published: by tag for its readers, by digest for the resolver. */
export function bundleRef(kind: 'task' | 'pipeline', name: string, items: readonly Item[]): TaskRef {
  const item = items.find((known) => known.name === name);
  if (item === undefined) {
    throw new UnknownItemError(`a pipeline refers to the ${kind} ${name}, which is not published`, {
      hint: `add it to the ${kind}s of the catalog`,
    });
  }
  return {
    resolver: 'bundles',
    params: [
      { name: 'bundle', value: item.reference },
      { name: 'name', value: name },
      { name: 'kind', value: kind },
    ],
  };
}

/** The bundle that a reference names, or nothing. */
export function bundleOf({ params = [] }: TaskRef): string {
  const value = params.find(({ name }) => name === 'bundle')?.value;
  return typeof value === 'string' ? value : '';
}
