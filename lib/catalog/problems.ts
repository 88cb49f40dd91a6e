import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinedCatalog } from './catalog.ts';
import { ownStepsOf } from './own-steps.ts';

/**
 * What is missing in a catalog, or lies in its folders and is not in it: a file for each step, a test beside each
 * definition, a changelog. None where it is whole.
 */
export function catalogProblems(catalog: DefinedCatalog): readonly string[] {
  const { root, tasks, pipelines, stepActions, folders } = catalog;
  const isThere = (path: string) => existsSync(join(root, path));
  const needed = (path: string, why: string) => (isThere(path) ? [] : [`${path} is missing: ${why}`]);
  const tested = (folder: string) =>
    filesIn(root, folder).some((file) => file.endsWith('.test.ts'))
      ? []
      : [`${folder} has no test: write <step>.test.ts beside what it tests`];
  const changelog = 'users read in it what a version changes';
  return [
    ...twice([...tasks, ...stepActions].map(({ name }) => name)),
    ...tasks.flatMap((task) => {
      const folder = `${folders.tasks}/${task.name}`;
      const steps = ownStepsOf(task);
      return [
        ...steps.flatMap((step) => needed(`${folder}/${step}.ts`, `task ${task.name} defines this step`)),
        ...needed(`${folder}/CHANGELOG.md`, changelog),
        ...(steps.length > 0 ? tested(folder) : []),
      ];
    }),
    ...stepActions.flatMap(({ name }) => needed(`${folders.stepActions}/${name}/CHANGELOG.md`, changelog)),
    ...pipelines.flatMap(({ name }) => needed(`${folders.pipelines}/${name}.changelog.md`, changelog)),
    ...unknown(root, folders.tasks, tasks),
    ...unknown(root, folders.stepActions, stepActions),
  ];
}

function filesIn(root: string, folder: string): readonly string[] {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path) : [];
}

/** Folders that no definition of the catalog is called after. */
function unknown(
  root: string,
  folder: string,
  definitions: readonly { readonly name: string }[],
): readonly string[] {
  const names = new Set(definitions.map(({ name }) => name));
  return filesIn(root, folder)
    .filter((name) => !names.has(name))
    .map((name) => `${folder}/${name} is not in the catalog`);
}

function twice(names: readonly string[]): readonly string[] {
  const found = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(found)].map((name) => `two tasks or StepActions are called ${name}`);
}
