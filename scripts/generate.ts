// Writes bundles/rendered, the pages of the catalog and of what the engine is held to, the typed definitions of upstream's tasks and what is generated of
// the example from what they are made of; --check says what is stale instead.
import { generatedFiles } from '#lib/catalog';
import { explain } from '#lib/errors';
import { conformancePage } from './conformance/page.ts';
import { imagesPicture } from './pictures/images-picture.ts';
import { differencesPage } from './upstream/differences-page.ts';
import { exampleCatalog } from './upstream/example.ts';
import { catalogRoot, externals } from './upstream/externals.ts';

const isCheck = process.argv.includes('--check');
try {
  // The catalog imports the typed definitions, so that they come first.
  const first = externals(catalogRoot);
  if (!isCheck) first.write();
  const { catalog, images } = await import('../bundles/catalog.ts');
  const parts = [
    generatedFiles(catalog),
    differencesPage(catalog),
    conformancePage(catalogRoot),
    imagesPicture(catalogRoot, images),
    await exampleCatalog(),
  ];
  if (!isCheck) for (const { write } of parts) write();
  const stale = [first, ...parts].flatMap((part) => part.stale);
  if (isCheck) {
    for (const path of stale) console.error(`stale: ${path}`);
    if (stale.length > 0) console.error('hint: run `make generate` and commit what it changes');
    process.exitCode = stale.length > 0 ? 1 : 0;
  }
  const total = [first, ...parts].reduce((sum, part) => sum + part.total, 0);
  console.log(`${total} files generated, ${stale.length} ${isCheck ? 'stale' : 'written'}`);
} catch (error) {
  console.error(`cannot generate: ${explain(error)}`);
  process.exitCode = 1;
}
