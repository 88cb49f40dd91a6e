import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { mutatedFolders, root } from './folders.ts';
import { instrument, SWITCH } from './instrument.ts';
import { mutantsOf } from './mutants-of.ts';

const folder = mutatedFolders().find(({ name }) => name === process.env.MUTANTS_FOLDER);
if (!folder) throw new Error('MUTANTS_FOLDER names no folder');
const mutants = Map.groupBy(mutantsOf(folder), ({ file }) => file);
const harness = join(import.meta.dirname, 'harness.ts');

/** Every mutant of a source is in it at once, and tests are defined by the harness. */
const withMutants: Plugin = {
  name: 'mutants',
  enforce: 'pre',
  resolveId: (id, importer) =>
    id === 'vitest' && importer !== undefined && !importer.startsWith(import.meta.dirname)
      ? harness
      : undefined,
  load(id) {
    const own = mutants.get(relative(root, id));
    const [first] = own ?? [];
    if (!own || !first) return undefined;
    return `const ${SWITCH} = globalThis.${SWITCH};\n${instrument(readFileSync(id, 'utf8'), own, first.id)}`;
  },
};

export default defineConfig({
  root,
  plugins: [withMutants],
  test: {
    include: ['scripts/mutants/drive.ts'],
    pool: 'forks',
    testTimeout: 0,
    fsModuleCache: false,
    provide: { folder },
  },
});

declare module 'vitest' {
  interface ProvidedContext {
    folder: typeof folder & object;
  }
}
