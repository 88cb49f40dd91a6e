import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { InvalidBundleError } from '#lib/bundle';
import { externalFile, externalProblem, type Generated, readInterface } from '#lib/catalog';
import { createRegistryClient, parseReference, type RegistryClient } from '#lib/oci';
import { InvalidDefinitionError } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { writeFile } from '../catalog/catalog-file.ts';
import { usageError } from '../options/arguments.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from '../options/registry-options.ts';
import { readExternalTask } from './read-external-task.ts';
import { refreshUpstream } from './refresh-upstream.ts';

interface Options extends RegistryChoice {
  readonly task?: string;
  readonly bundle?: string;
  readonly directory: string;
  readonly check?: boolean;
  readonly refresh?: boolean;
  readonly ifReachable?: boolean;
}

export function typesCommand(): Command {
  const command = new Command('types')
    .description("Write a typed, pinned definition of somebody else's task, for pipelines of a catalog.")
    .argument(
      '<source...>',
      'bundle reference, <git-url>@<commit>:<path>, or YAML file; with --check, generated files; with --refresh, an upstream.yaml',
    )
    .option('--task <name>', 'the task, where there are several')
    .option(
      '--bundle <reference>',
      'what a cluster takes the task from, where its interface is read from git or a file',
    )
    .option('-d, --directory <directory>', 'where <task>.gen.ts is written', 'externals')
    .option('--check', 'say whether generated files are as they were generated; asks nobody')
    .option(
      '--refresh',
      'read the interfaces of an upstream.yaml from the bundles that it pins; with --check, say what has changed and write nothing',
    )
    .option('--if-reachable', 'with --refresh --check: pass, and say so, where a registry does not answer')
    .addHelpText(
      'after',
      `
The file has the interface of the task, what it was read from, and what is pinned, which Renovate moves. A pipeline
runs it as one of its own: import { task as init } from '../externals/init.gen.ts'. Its params, results and
workspaces are checked by the compiler and the render.

Examples:
  bootc-catalog bundle types quay.io/konflux-ci/tekton-catalog/task-init:0.2
  bootc-catalog bundle types https://github.com/me/tasks@0123456789abcdef0123456789abcdef01234567:task/x/x.yaml
  bootc-catalog bundle types x.yaml --bundle quay.io/me/task-x:1.0
  bootc-catalog bundle types --check externals/*.gen.ts
  bootc-catalog bundle types --refresh bundles/upstream.yaml`,
    );
  return withRegistryOptions(command).action(async (sources: string[], options: Options) => {
    if (options.ifReachable === true && !(options.refresh === true && options.check === true))
      throw usageError('--if-reachable is for --refresh --check');
    if (options.refresh === true) {
      using client = createRegistryClient(registryOptions(options));
      for (const file of sources) await refreshUpstream(client, file, options);
      return;
    }
    if (options.check === true) {
      for (const file of sources) await checkFile(file);
      return;
    }
    if (sources.length > 1) throw usageError('one source at a time', 'give several files with --check alone');
    using client = createRegistryClient(registryOptions(options));
    const { task, source, from } = await readExternalTask(client, sources[0] ?? '', options.task);
    const pinned =
      options.bundle === undefined ? source : { bundle: await pinnedBundle(client, options.bundle) };
    const generated = readInterface(task, pinned, from);
    const path = join(options.directory, `${generated.name}.gen.ts`);
    writeFile(path, externalFile(generated, buildersFor(options.directory)));
    if ('cluster' in pinned) {
      process.stderr.write(
        'warning: nothing is pinned: a cluster takes the task by name; --bundle says from where\n',
      );
    }
  });
}

async function pinnedBundle(client: RegistryClient, text: string): Promise<string> {
  const reference = parseReference(text);
  if (reference.digest !== undefined) return text;
  const target = client.repository(reference);
  const { digest } = await target.resolve(reference.tag ?? 'latest');
  return `${target.name}:${reference.tag ?? 'latest'}@${digest}`;
}

/** The module that a file in this directory has the builders from: the package, or this repository's own. */
function buildersFor(directory: string): string {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name } = JSON.parse(readFileSync(file, 'utf8')) as { readonly name?: unknown };
      return name === 'bootc-catalog' ? '#lib/tekton' : 'bootc-catalog';
    }
    if (folder === dirname(folder)) return 'bootc-catalog';
  }
}

/** @throws {InvalidDefinitionError} */
async function checkFile(file: string): Promise<void> {
  if (!existsSync(file)) throw new InvalidBundleError(`there is no file ${printable(file)}`);
  const { task } = await load(file);
  const problem =
    task?.generated === undefined
      ? 'it has no external task'
      : externalProblem(readFileSync(file, 'utf8'), task.generated);
  if (problem !== undefined) {
    throw new InvalidDefinitionError(file, problem, {
      hint: 'run `bootc-catalog bundle types` with its source again',
    });
  }
  process.stdout.write(`${printable(file)} is as it was generated\n`);
}

interface Loaded {
  readonly task?: { readonly generated?: Generated };
}

/** @throws {InvalidDefinitionError} for one that cannot be loaded; what it throws is of its own copy of the package */
async function load(file: string): Promise<Loaded> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Loaded;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidDefinitionError(file, printable(message, 1_000));
  }
}
