import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleSteps } from '#lib/bundle-steps';
import { taskObject } from '#lib/catalog';
import { type ImageMapping, parseImageMapping } from '#lib/local';
import { type Task, toYaml } from '#lib/tekton';
import type { TaskRunResult } from '#lib/tekton/objects';
import { stepImage, tasks } from '../../bundles/catalog.ts';
import { runYaml, type YamlRun } from './run-yaml.ts';

const root = join(import.meta.dirname, '../..');

/** Steps that have a file of their own, as `<task>/<step>`. */
export const ownSteps = tasks.flatMap((task) =>
  Object.entries(task.definition.steps)
    .filter(([, step]) => !('image' in step || 'action' in step))
    .map(([step]) => `${task.name}/${step}`),
);

/** Bundles steps into a directory, and gives what stands for the step image: this machine's root with them in it. */
export async function makeStepImage(
  directory: string,
  names: readonly string[] = ownSteps,
): Promise<ImageMapping> {
  await bundleInto(directory, names);
  return bundledSteps(directory, stepImage.replace(/:[^:/]*$/, ''));
}

/**
 * Bundles steps, as `<task>/<step>`, each of them once for all files of a run of tests: what they share lies in the
 * directory for temporary files, which is the run's own.
 */
export async function bundleInto(directory: string, names: readonly string[]): Promise<void> {
  const run = process.env.TESTS_DIRECTORY;
  if (run === undefined)
    throw new Error('no run of tests is under way: nothing-left.ts gives it a directory');
  const shared = join(run, 'bundled-steps');
  await bundleMissing(
    shared,
    names.filter((name) => !existsSync(join(shared, name))),
  );
  for (const name of names) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    for (const file of [name, `${name}.js`]) copyFileSync(join(shared, file), join(directory, file));
  }
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  try {
    linkSync(process.execPath, join(directory, 'node'));
  } catch {
    await copyFile(process.execPath, join(directory, 'node'));
  }
}

/** A step's launcher comes last, and whole: it says that the step is there, to files of tests that run beside this one. */
async function bundleMissing(shared: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  mkdirSync(shared, { recursive: true });
  const made = mkdtempSync(join(shared, 'made-'));
  const sources = names.map((name) => ({ name, file: join(root, 'tasks', `${name}.ts`) }));
  await bundleSteps(sources, made, { root });
  for (const name of names) {
    mkdirSync(dirname(join(shared, name)), { recursive: true });
    for (const file of [`${name}.js`, name]) renameSync(join(made, file), join(shared, file));
  }
}

/** This machine's root in the place of images, with bundled steps where the step image has them. */
export function bundledSteps(directory: string, pattern = '*'): ImageMapping {
  return parseImageMapping(`${pattern}=rootfs:/,user=65532:0,mount=${directory}:/usr/libexec/bootc-catalog`);
}

/** Results by name; what is no text as JSON. */
export function valuesOf(results: readonly TaskRunResult[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    results.map(({ name, value }) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** A task of the catalog as a cluster gets it. */
export function renderedTask(name: string): Task {
  const task = tasks.find((one) => one.name === name);
  if (!task) throw new Error(`there is no task ${name}`);
  return taskObject(task, stepImage);
}

export interface TaskRunOptions {
  readonly task: Task;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly mapping: ImageMapping;
  readonly runsDirectory: string;
  /** Further fields of the TaskRun's spec. */
  readonly spec?: object;
  readonly workspaces?: Readonly<Record<string, string>>;
  /** Further objects, as YAML. */
  readonly objects?: readonly string[];
}

/** Runs a task by the engine; its lines are `step: text`. */
export async function runTask(options: TaskRunOptions): Promise<YamlRun> {
  const { task, params, mapping, runsDirectory, spec, workspaces = {}, objects = [] } = options;
  const run = {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: 'test-' },
    spec: {
      taskRef: { name: task.metadata?.name },
      params: Object.entries(params).map(([name, value]) => ({ name, value })),
      workspaces: Object.keys(workspaces).map((name) => ({ name, emptyDir: {} })),
      ...spec,
    },
  };
  return runYaml([task, run].map(toYaml).concat(objects).join('\n---\n'), {
    choice: { workspaces },
    imageMap: [mapping],
    runsDirectory,
    network: 'host',
  });
}
