// Bundles every step into dist/steps, laid out as /usr/libexec/bootc-catalog of the step image is.
import { join } from 'node:path';
import { buildSteps } from '#lib/bundle-steps';
import { explain } from '#lib/errors';
import { catalog } from '../bundles/catalog.ts';

try {
  const started = performance.now();
  const count = await buildSteps(catalog, join(catalog.root, 'dist/steps'));
  console.log(`${count} steps built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`cannot build the steps: ${explain(error)}`);
  process.exitCode = 1;
}
