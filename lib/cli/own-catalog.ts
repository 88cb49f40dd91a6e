import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { type ImageMap, type LoadedObject, loadFiles, type RunPlan } from '#lib/local';
import { STEP_DIRECTORY } from '#lib/tekton';
import type { Task } from '#lib/tekton/objects';

/** The same from the sources, the bundle in dist/cli, and the package. */
const root = join(import.meta.dirname, '../..');
const steps = join(root, 'dist/steps');
/** USER of the Containerfile. */
const STEP_USER = '65532:0';

/** The Tasks and Pipelines that this package publishes, as they are rendered: tasks are referred to by name. */
export function loadOwnCatalog(): Promise<readonly LoadedObject[]> {
  return loadFiles(['tasks', 'pipelines'].map((kind) => join(root, 'bundles/rendered', kind)));
}

/**
 * Runs the steps of our tasks in this machine's own root, with the entrypoints of dist/steps.
 *
 * @param catalog what `loadOwnCatalog` gives
 * @throws {ExpectedError} where they are not built
 */
export function localSteps(catalog: readonly LoadedObject[]): ImageMap {
  if (!existsSync(join(steps, 'node'))) {
    throw new ExpectedError(`there are no steps in ${steps}`, {
      kind: 'environment',
      hint: 'make build makes them; a package that npm installed has none, and needs the step image',
    });
  }
  const mounts = [{ source: steps, path: STEP_DIRECTORY }];
  const images = catalog.flatMap(({ object }) => stepImagesOf(object as Partial<Task>));
  // A published bundle names another tag than the sources do, with a digest.
  return [...new Set(images.map((image) => image.replace(/:[^/]*$/, '')))].map((pattern) => ({
    pattern,
    source: { kind: 'rootfs', path: '/', user: STEP_USER, mounts },
  }));
}

/**
 * Looks for the entrypoint of each of our steps that a plan runs from dist/steps: it may have been made before a task
 * or a step was added, and then podman would only say that it cannot start the program.
 *
 * @throws {ExpectedError} which names those that are not there
 */
export function requireLocalSteps(plans: readonly RunPlan[]): void {
  const entrypoints = plans.flatMap(stepsOf).flatMap(({ command, mappedTo }) => {
    const [program = ''] = command ?? [];
    const isLocal = mappedTo === 'rootfs:/' && program.startsWith(`${STEP_DIRECTORY}/`);
    return isLocal ? [program.slice(STEP_DIRECTORY.length + 1)] : [];
  });
  const missing = [...new Set(entrypoints)].filter((name) => !existsSync(join(steps, name)));
  if (missing.length === 0) return;
  throw new ExpectedError(`there is no step ${missing.join(' and no step ')} in ${steps}`, {
    kind: 'environment',
    hint: 'make build makes them all',
  });
}

function stepsOf({ tasks }: RunPlan): ReturnType<typeof containersOf> {
  return tasks.flatMap((task) => [
    ...containersOf(task),
    ...(task.plan === undefined ? [] : stepsOf(task.plan)),
  ]);
}

function containersOf({ taskRuns = [] }: RunPlan['tasks'][number]) {
  return taskRuns.flatMap((taskRun) => taskRun.steps);
}

function stepImagesOf({ spec }: Partial<Task>): readonly string[] {
  return (spec?.steps ?? []).flatMap(({ image, command }) =>
    image !== undefined && command?.[0]?.startsWith(`${STEP_DIRECTORY}/`) === true ? [image] : [],
  );
}
