import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DefinedCatalog, type GeneratedFiles, generatedFiles } from '#lib/catalog';
import { catalogRoot } from './externals.ts';

const EXAMPLE = 'examples/hello-catalog';

/** What its files import, which npm brings to one that `init` writes. */
const sources: Readonly<Record<string, string>> = {
  'bootc-catalog': 'lib/tekton/index.ts',
  'bootc-catalog/catalog': 'lib/catalog/index.ts',
};

/** The generated files of the catalog that `bootc-catalog init` writes. */
export async function exampleCatalog(): Promise<GeneratedFiles> {
  const hooks = registerHooks({
    resolve: (name, context, next) => {
      const source = sources[name];
      return source === undefined
        ? next(name, context)
        : { url: pathToFileURL(join(catalogRoot, source)).href, shortCircuit: true };
    },
  });
  try {
    const path = pathToFileURL(join(catalogRoot, EXAMPLE, 'catalog.ts')).href;
    const { catalog } = (await import(path)) as { readonly catalog: DefinedCatalog };
    const { stale, ...rest } = generatedFiles(catalog);
    return { ...rest, stale: stale.map((file) => `${EXAMPLE}/${file}`) };
  } finally {
    hooks.deregister();
  }
}
