// Writes bundles/rendered and the README of each task from the definitions; --check says what is stale instead.
import { generatedFiles } from '#lib/catalog';
import { catalog } from '../bundles/catalog.ts';

const isCheck = process.argv.includes('--check');
const { total, stale, write } = generatedFiles(catalog);
if (isCheck) {
  for (const path of stale) console.error(`stale: ${path}`);
  if (stale.length > 0) console.error('hint: run `make generate` and commit what it changes');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else write();
console.log(`${total} files generated, ${stale.length} ${isCheck ? 'stale' : 'written'}`);
