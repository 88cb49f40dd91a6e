import { Command } from 'commander';
import { initCatalog } from '#lib/init';
import packageJson from '../../../package.json' with { type: 'json' };
import { directory } from '../options/arguments.ts';

export function initCommand(): Command {
  return new Command('init')
    .description('Write a small catalog that works at once: a task with a step and its test, a pipeline, CI.')
    .argument('<directory>', 'a new or empty one', directory)
    .option('--name <name>', 'what the catalog is called; as its directory unless told')
    .addHelpText(
      'after',
      `
Example:
  bootc-catalog init my-catalog && cd my-catalog && npm install && npm test`,
    )
    .action((path: string, { name }: { readonly name?: string }) => {
      const files = initCatalog(path, { name, version: packageJson.version });
      process.stdout.write(files.map((file) => `${file}\n`).join(''));
      process.stderr.write(`${path} is a catalog; next: cd ${path} && npm install && npm test\n`);
    });
}
