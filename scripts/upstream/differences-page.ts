import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinedCatalog, GeneratedFiles } from '#lib/catalog';
import { writeWhole } from '#lib/process';
import { meantDifferences } from '../../bundles/meant-differences.ts';
import { PAGE, withDifferences } from './page.ts';

/** The pipeline that takes the place of upstream's. */
const PIPELINE = 'buildah-build-bootc-multi-platform-oci-ta';

/** docs/from-upstream.md, whose tables are made from what they are of. */
export function differencesPage({ root, pipelines }: DefinedCatalog): GeneratedFiles {
  const path = join(root, PAGE);
  const page = readFileSync(path, 'utf8');
  const pipeline = pipelines.find(({ name }) => name === PIPELINE);
  if (pipeline === undefined) throw new Error(`there is no pipeline ${PIPELINE}`);
  const fresh = withDifferences(page, pipeline, meantDifferences);
  return {
    total: 1,
    stale: fresh === page ? [] : [PAGE],
    write: () => {
      if (fresh !== page) writeWhole(path, fresh);
    },
  };
}
