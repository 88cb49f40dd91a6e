// Packs each YAML file of a folder into a bundle and pushes it, and does nothing else: push-objects.ts FOLDER PREFIX
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import pMap from 'p-map';
import { parse } from 'yaml';
import { packBundle } from '#lib/bundle';
import { createRegistryClient } from '#lib/oci';

const [folder = '', prefix = ''] = process.argv.slice(2);
using client = createRegistryClient({ credentials: async () => undefined });
const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml'));
await pMap(
  files,
  async (name) => {
    const kind = basename(dirname(name)).replace(/s$/, '');
    const target = client.repository(`${prefix}/tekton-catalog/${kind}-${basename(name, '.yaml')}`);
    const bundle = await packBundle(target, [parse(await readFile(join(folder, name), 'utf8'))], {
      annotations: { 'org.opencontainers.image.version': '0.1.0' },
    });
    for (const tag of ['0.1.0', 'latest']) await target.tag(bundle, tag);
  },
  { concurrency: 4 },
);
