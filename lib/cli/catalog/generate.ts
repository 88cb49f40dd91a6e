import { Command } from 'commander';
import { catalogProblems, generatedFiles } from '#lib/catalog';
import { ExpectedError } from '#lib/errors';
import { catalogOption, loadCatalog } from './catalog-file.ts';

interface Options {
  readonly catalog?: string;
  readonly check: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description(
      'Write the YAML of a catalog, and the README of each task and StepAction, from the definitions.',
    )
    .option(...catalogOption)
    .option('--check', 'write nothing; say what is stale or missing, and fail then', false)
    .addHelpText(
      'after',
      `
Files are written where the catalog's folders say, bundles/rendered by default; what no definition gives is removed there.

Examples:
  bootc-catalog generate            after a change of a definition; commit what it writes
  bootc-catalog generate --check    in CI`,
    )
    .action(async ({ catalog: path, check }: Options) => {
      const catalog = await loadCatalog(path);
      const { total, stale, write } = generatedFiles(catalog);
      if (!check) write();
      const problems = check ? [...stale.map((file) => `${file} is stale`), ...catalogProblems(catalog)] : [];
      if (problems.length > 0) {
        throw new ExpectedError(problems.join('\n'), {
          kind: 'invalid',
          hint: 'call bootc-catalog generate for what is stale, and write what is missing',
        });
      }
      for (const file of stale) process.stderr.write(`${file}\n`);
      process.stdout.write(`${total} files, ${stale.length} written\n`);
    });
}
