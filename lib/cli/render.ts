import { join } from 'node:path';
import { Command } from 'commander';
import { renderCatalog } from '#lib/catalog';
import { parseReference } from '#lib/oci';
import { printable } from '#lib/text';
import { directory, given, usageError } from './arguments.ts';
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
      if (options.directory === undefined) process.stdout.write([...chosen.values()].join('---\n'));
      else for (const [name, text] of chosen) writeFile(join(options.directory, `${name}.yaml`), text);
    });
}

/** As it stands, once it is one. */
function image(text: string): string {
  given(() => parseReference(text));
  return text;
}

/** Rendered objects by name. */
function choose(files: ReadonlyMap<string, string>, names: readonly string[]): Map<string, string> {
  const objects = new Map(
    [...files]
      .filter(([path]) => path.endsWith('.yaml'))
      .map(([path, text]) => [path.replace(/^.*\/(?<name>[^/]+)\.yaml$/, '$<name>'), text]),
  );
  const unknown = names.find((name) => !objects.has(name));
  if (unknown !== undefined) {
    throw usageError(
      `there is no task, pipeline or StepAction ${printable(unknown)}`,
      `there are: ${[...objects.keys()].join(', ')}`,
    );
  }
  return names.length === 0 ? objects : new Map(names.map((name) => [name, objects.get(name) ?? '']));
}
