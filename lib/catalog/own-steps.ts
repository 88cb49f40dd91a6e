import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskDefinition } from '#lib/tekton';
import type { DefinedCatalog } from './catalog.ts';
import { InvalidCatalogError } from './errors.ts';

/** A step of the step image: its name there (`<task>/<step>`) and its source. */
export interface OwnStep {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
}

/** Names of the steps that are files of the catalog: those without an image or a StepAction. */
export function ownStepsOf({ definition }: Pick<TaskDefinition, 'definition'>): readonly string[] {
  return Object.entries(definition.steps)
    .filter(([, step]) => !('image' in step) && !('action' in step))
    .map(([name]) => name);
}

/**
 * The own steps of all tasks, each with its file, which lies beside the definition.
 *
 * @throws {InvalidCatalogError} naming the file that is missing
 */
export function ownSteps({ root, tasks, folders }: DefinedCatalog): readonly OwnStep[] {
  return tasks.flatMap((task) =>
    ownStepsOf(task).map((step) => {
      const path = `${folders.tasks}/${task.name}/${step}.ts`;
      const file = join(root, path);
      if (existsSync(file)) return { name: `${task.name}/${step}`, file };
      throw new InvalidCatalogError(`there is no ${path}`, {
        hint: `task ${task.name} defines a step ${step}: its file has a default export made by implement()`,
      });
    }),
  );
}
