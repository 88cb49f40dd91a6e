import { readBundle } from '#lib/bundle';
import type { Digest, ReadableTarget } from '#lib/oci';
import type { Pipeline, StepAction, Task } from '#lib/tekton';
import { reviewChange } from '#lib/versions';
import { UnfitError } from './errors.ts';

/**
 * Refuses other content under a version that is published: whoever pinned the version would get it unasked. A new
 * digest of the step image, or of a task in a pipeline, may come under the same version, as upstream's rebuilds do.
 *
 * @throws {UnfitError} saying what has changed for its users, and how far the version must go up
 */
export async function refuseSameVersion(
  destination: ReadableTarget,
  published: Digest,
  object: Task | Pipeline | StepAction,
): Promise<void> {
  const { entries } = await readBundle(destination, published);
  const isIt = ({ kind, name }: { readonly kind: string; readonly name: string }) =>
    kind.toLowerCase() === object.kind?.toLowerCase() && name === object.metadata?.name;
  const before = entries.find(isIt)?.object;
  if (before === undefined) return;
  const { problem, changes } = reviewChange(before as Task | Pipeline | StepAction, object);
  if (problem === undefined) return;
  const list = changes.map(
    ({ isBreaking, path, what }) => `\n  ${isBreaking ? 'breaks' : 'keeps'} users: ${path}: ${what}`,
  );
  throw new UnfitError(`${object.kind} ${object.metadata?.name}: ${problem}${list.join('')}`, {
    hint: `${destination.name} has this version already: raise it, or publish with --allow-same-version`,
  });
}
