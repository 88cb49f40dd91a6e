import { join } from 'node:path';
import { Command } from 'commander';
import { buildSteps } from '#lib/bundle-steps';
import { directory } from '../options/arguments.ts';
import { catalogOption, loadCatalog } from './catalog-file.ts';

interface Options {
  readonly catalog?: string;
  readonly directory?: string;
}

export function bundleStepsCommand(): Command {
  return new Command('bundle-steps')
    .description('Bundle the steps of a catalog into a directory that its Containerfile copies.')
    .option(...catalogOption)
    .option(
      '-d, --directory <directory>',
      'replaced as a whole; by default dist/steps of the catalog',
      directory,
    )
    .addHelpText(
      'after',
      `
Each step is an executable <directory>/<task>/<step> without dependencies but Node, which lies beside them as \`node\`.
The same sources give the same bytes. It needs esbuild: npm install --save-dev esbuild.

Example:
  bootc-catalog bundle-steps && podman build -t steps .`,
    )
    .action(async (options: Options) => {
      const catalog = await loadCatalog(options.catalog);
      const target = options.directory ?? join(catalog.root, 'dist/steps');
      const count = await buildSteps(catalog, target);
      process.stderr.write(`${count} ${count === 1 ? 'step' : 'steps'} in ${target}\n`);
    });
}
