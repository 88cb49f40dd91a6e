import { inBundle, type TaskRef } from '#lib/tekton';
import { UnknownItemError } from './errors.ts';
import type { Item } from './item.ts';

/**
 * The reference by which a pipeline or task gets what is published: its tag is for readers, its digest for the
 * resolver.
 */
export function bundleRef(
  kind: 'task' | 'pipeline' | 'stepaction',
  name: string,
  items: readonly Item[],
): Pick<TaskRef, 'resolver' | 'params'> {
  const item = items.find((known) => known.name === name);
  if (item === undefined) {
    throw new UnknownItemError(
      `a ${kind === 'stepaction' ? 'task' : 'pipeline'} refers to the ${kind} ${name}, which is not published`,
      {
        hint: `add it to the ${kind}s of the catalog`,
      },
    );
  }
  return inBundle(kind, name, item.reference);
}

/** The bundle that a reference names, or nothing. */
export function bundleOf({ params = [] }: Pick<TaskRef, 'params'>): string {
  const value = params.find(({ name }) => name === 'bundle')?.value;
  return typeof value === 'string' ? value : '';
}
