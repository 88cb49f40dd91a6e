import type { Pipeline, StepAction, Task } from '#lib/tekton';
import { type InterfaceChange, interfaceChanges } from './interface-changes.ts';
import { type Bump, bumpBetween, parseVersion, suffices } from './version.ts';

/** What is to be said of a task or pipeline that was published before. */
export interface Review {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly compatibility: 'unchanged' | 'compatible' | 'breaking';
  readonly changes: readonly InterfaceChange[];
  /** How far the version must go up. */
  readonly needs: Bump;
  /** Why it may not be published like this; undefined when it may. */
  readonly problem: string | undefined;
}

const VERSION = 'app.kubernetes.io/version';

/** Compares two states of one task or pipeline, without the pins of images, which its users do not see. */
export function reviewChange(
  before: Task | Pipeline | StepAction,
  after: Task | Pipeline | StepAction,
): Review {
  const name = after.metadata?.name ?? '';
  const [old, fresh] = [versionOf(before), versionOf(after)];
  const changes = interfaceChanges(before, after);
  const isBreaking = changes.some((change) => change.isBreaking);
  const isSame = withoutPins(before) === withoutPins(after);
  const needs = isBreaking ? 'major' : changes.length > 0 ? 'minor' : isSame ? 'none' : 'patch';
  const compatibility = isSame ? 'unchanged' : isBreaking ? 'breaking' : 'compatible';
  const bump = bumpBetween(parseVersion(old), parseVersion(fresh));
  return {
    name,
    before: old,
    after: fresh,
    compatibility,
    changes,
    needs,
    problem: problemOf(old, fresh, bump, needs),
  };
}

export function versionOf({ metadata }: Task | Pipeline | StepAction): string {
  return metadata?.labels?.[VERSION] ?? '';
}

function problemOf(old: string, fresh: string, bump: Bump | undefined, needs: Bump): string | undefined {
  if (bump === undefined) return `its version went down, from ${old} to ${fresh}`;
  if (suffices(bump, needs, parseVersion(old))) return undefined;
  const wanted = needs === 'major' && old.startsWith('0.') ? 'minor' : needs;
  return bump === 'none'
    ? `it has changed and is still version ${old}: the ${wanted} version must go up`
    : `from ${old} to ${fresh} is not enough: the ${wanted} version must go up`;
}

/**
 * The specification as text, without pins: a new digest of the step image, or of a task's bundle, is no change of the
 * task itself; nor is the order of keys.
 */
function withoutPins({ spec }: Task | Pipeline | StepAction): string {
  const text = JSON.stringify(spec, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return text.replaceAll(/(?::[\w.-]+)?@sha256:[0-9a-f]{64}/g, '');
}
