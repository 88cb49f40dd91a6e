import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from '#lib/registry';
import { measure } from '../measure.ts';
import { rowsOf } from '../rows.ts';
import { emptyRegistry } from '../scratch-registry.ts';
import type { Row } from '../table.ts';
import { pushComponents } from './components.ts';
import { inspectEach } from './peers.ts';
import { applyMapping, pushSnapshot } from './steps.ts';

const COUNT = 100;
const MIB = 1024 * 1024;

/** Labels and times of a hundred images, of which upstream inspects each by skopeo. */
export async function mappingRows(
  directory: string,
  staging: Registry,
  runs: number,
): Promise<readonly Row[]> {
  emptyRegistry(staging);
  const own = join(directory, 'mapping');
  mkdirSync(own);
  const choice = { count: COUNT, platforms: ['amd64', 'arm64'], layers: [1_000] };
  const components = await pushComponents(staging.host, choice);
  return rowsOf(
    `apply-mapping, ${COUNT} components`,
    applyMapping(own, components, staging.host),
    { 'skopeo inspect': inspectEach(own, components, staging.host) },
    { runs: Math.min(runs, 3), warmUps: 1, memoryRuns: 1 },
  );
}

/** What a cold push of a hundred components takes at most, each with a layer of its own. */
export async function memoryRow(directory: string, staging: Registry, production: Registry): Promise<Row> {
  emptyRegistry(staging);
  const layer = 16 * MIB;
  const components = await pushComponents(staging.host, {
    count: COUNT,
    platforms: ['amd64'],
    layers: [layer],
  });
  const command = pushSnapshot(join(directory, 'memory'), {
    components,
    from: staging.host,
    to: production.host,
    tags: ['43'],
  });
  const cold = {
    ...command,
    before: () => {
      command.before?.();
      emptyRegistry(production);
    },
  };
  const [ours] = measure([cold], { runs: 1, warmUps: 0, memoryRuns: 2 });
  if (ours === undefined) throw new Error('nothing was measured');
  return { work: `cold, ${COUNT} components of ${layer / MIB} MiB`, ours };
}
