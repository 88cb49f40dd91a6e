import { printable, quoted } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';
import type { SnapshotSpec } from './resources.ts';

const TYPE = 'test.appstudio.openshift.io/type';
const COMPONENT = 'appstudio.openshift.io/component';

/**
 * The component that a Snapshot was made for, by the labels that the integration service gives it.
 *
 * @throws {InvalidReleaseError} for one that was made by hand, or for several
 */
export function builtComponent(labels: Readonly<Record<string, string>>, what: string): string {
  const { [TYPE]: type, [COMPONENT]: component } = labels;
  if (type === 'component' && component !== undefined && component !== '') return component;
  const has = type === undefined ? 'no such label' : `${TYPE}=${printable(type)}`;
  throw new InvalidReleaseError(
    `${what} says no single component: it needs the labels ${TYPE}=component and ${COMPONENT}, and has ${type === 'component' ? 'no component' : has}`,
    { hint: 'a Snapshot that was made by hand is released with singleComponentMode false' },
  );
}

export interface Reduced {
  readonly snapshot: SnapshotSpec;
  /** Why it is whole, where it could not be reduced. */
  readonly warning?: string;
}

/** The Snapshot with this component alone. One that has it not exactly once stays whole, as upstream's does. */
export function reduceSnapshot(snapshot: SnapshotSpec, component: string): Reduced {
  const components = snapshot.components.filter(({ name }) => name === component);
  if (components.length === 1) return { snapshot: { ...snapshot, components } };
  return {
    snapshot,
    warning: `the Snapshot has ${components.length} components of the name ${quoted(component)}, and not one: all ${snapshot.components.length} of it are released`,
  };
}
