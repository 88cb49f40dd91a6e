import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinedCatalog, GeneratedFiles } from '#lib/catalog';
import { writeWhole } from '#lib/process';
import { meantDifferences } from '../../bundles/meant-differences.ts';
import { releaseDifferences } from '../../bundles/release-differences.ts';
import { releasePipelineDifferences } from '../../bundles/release-pipeline-differences.ts';
import { PAGE, withDifferences } from './page.ts';

/** The pipelines that take the place of upstream's. */
const PIPELINES = [
  { name: 'buildah-build-bootc-multi-platform-oci-ta', differences: meantDifferences, marks: '' },
  {
    name: 'push-to-external-registry',
    differences: [...releasePipelineDifferences, ...releaseDifferences],
    marks: 'release ',
  },
] as const;

/** docs/from-upstream.md, whose tables are made from what they are of. */
export function differencesPage({ root, pipelines }: DefinedCatalog): GeneratedFiles {
  const path = join(root, PAGE);
  const page = readFileSync(path, 'utf8');
  const replaced = PIPELINES.map(({ name, ...rest }) => {
    const pipeline = pipelines.find((one) => one.name === name);
    if (pipeline === undefined) throw new Error(`there is no pipeline ${name}`);
    return { pipeline, ...rest };
  });
  const fresh = withDifferences(page, replaced);
  return {
    total: 1,
    stale: fresh === page ? [] : [PAGE],
    write: () => {
      if (fresh !== page) writeWhole(path, fresh);
    },
  };
}
