import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { editorSchemaText } from '#lib/catalog';
import { catalogFiles, catalogOption, loadCatalog } from './catalog-file.ts';

/** The schema of our own catalog, as it was generated: beside the sources, the bundle and in the package. */
const ours = join(import.meta.dirname, '../../../bundles/schema.json');
const packed = join(import.meta.dirname, '../../bundles/schema.json');

export function schemaCommand(): Command {
  return new Command('schema')
    .description('Write the JSON Schema by which an editor knows the params of tasks and pipelines.')
    .option(...catalogOption)
    .addHelpText(
      'after',
      `
In the directory of a catalog it is of that one, elsewhere of ours. It says of each task and pipeline that a TaskRun,
PipelineRun or Pipeline refers to, by name or by bundle, which params there are, which must be given, and what each
takes. docs/editor.md says how an editor is told.

Examples:
  bootc-catalog schema >.vscode/tekton-params.json`,
    )
    .action(async ({ catalog }: { readonly catalog?: string }) => {
      const isHere = catalog !== undefined || catalogFiles.some((file) => existsSync(file));
      const text = isHere
        ? editorSchemaText(await loadCatalog(catalog))
        : readFileSync(existsSync(ours) ? ours : packed, 'utf8');
      process.stdout.write(text);
    });
}
