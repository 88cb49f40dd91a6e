import { join } from 'node:path';
import { Command } from 'commander';
import { renderCatalog } from '#lib/catalog';
import { parseReference } from '#lib/oci';
import { knownNames } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { directory, given, usageError } from '../options/arguments.ts';
import { catalogOption, loadCatalog, writeFile } from './catalog-file.ts';

interface Options {
  readonly catalog?: string;
  readonly image?: string;
  readonly directory?: string;
}

export function renderCommand(): Command {
  return new Command('render')
    .description('Write the YAML of tasks, pipelines and StepActions from the definitions of a catalog.')
    .argument('[name...]', 'tasks, pipelines and StepActions; all of them unless named')
    .option(...catalogOption)
    .option('--image <reference>', 'step image to put into the tasks', image)
    .option(
      '-d, --directory <directory>',
      'write a file for each into this directory instead of to standard output',
      directory,
    )
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog render                         everything, as one stream
  bootc-catalog render bootc-compose | kubectl apply --dry-run=server -f -
  bootc-catalog render -d out --image quay.io/me/steps@sha256:…`,
    )
    .action(async (names: string[], options: Options) => {
      const catalog = await loadCatalog(options.catalog);
      const files = renderCatalog({ ...catalog, stepImage: options.image ?? catalog.stepImage });
      const chosen = choose(files, names);
      if (options.directory === undefined) process.stdout.write(chosen.map(({ text }) => text).join('---\n'));
      else for (const { file, text } of named(chosen)) writeFile(join(options.directory, file), text);
    });
}

/** As it stands, once it is one. */
function image(text: string): string {
  given(() => parseReference(text));
  return text;
}

interface Rendered {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** Those of the names given, or all; a task and a pipeline may share one. */
function choose(files: ReadonlyMap<string, string>, names: readonly string[]): readonly Rendered[] {
  const objects = [...files].flatMap(([path, text]): readonly Rendered[] => {
    const { kind, name } = /(?<kind>[^/]+)s\/(?<name>[^/]+)\.yaml$/.exec(path)?.groups ?? {};
    return kind === undefined || name === undefined ? [] : [{ kind, name, text }];
  });
  const unknown = names.find((name) => !objects.some((object) => object.name === name));
  if (unknown !== undefined) {
    throw usageError(
      `there is no task, pipeline or StepAction ${printable(unknown)}`,
      knownNames(unknown, [...new Set(objects.map(({ name }) => name))]),
    );
  }
  if (names.length === 0) return objects;
  return [...new Set(names)].flatMap((wanted) => objects.filter(({ name }) => name === wanted));
}

/** `<name>.yaml`, or `<kind>-<name>.yaml` where two of them share a name. */
function named(objects: readonly Rendered[]): readonly { readonly file: string; readonly text: string }[] {
  return objects.map(({ kind, name, text }) => {
    const isShared = objects.filter((other) => other.name === name).length > 1;
    return { file: isShared ? `${kind}-${name}.yaml` : `${name}.yaml`, text };
  });
}
