import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changesIn, copyOfRepository, runIn } from '#test/copies/repository';

const DATA = 'gitops/fedora-bootc.ts';
const PIPELINE = 'bundles/rendered/pipelines/bootc-compose.yaml';

/** Behind which line of the data an entry stands, and what follows from it. */
const entries = [
  {
    name: 'a sixth image',
    behind: "    { name: 'iot',",
    entry: "    { name: 'cloud', manifest: 'fedora-cloud', platforms: ['linux/amd64'], failable: true },\n",
    generated: ['bundles/schema.json', 'docs/images.svg', PIPELINE, 'pipelines/bootc-compose.md'],
    picture: ['rawhide cloud', '43 cloud', '42 cloud'],
    list: /^43 +cloud +43 +stable +fedora-cloud +amd64 +cloud +quay\.io\/bootc-devel\/fedora-bootc-43-cloud$/m,
    pipeline: ['name: build-cloud', 'name: push-cloud', 'name: cloud-platforms', 'MANIFEST=fedora-cloud'],
  },
  {
    name: 'stream 44',
    behind: '  streams: [',
    entry: "    { name: '44', version: '44', kind: 'stable', composes: stable('44'), images: 'all' },\n",
    generated: ['docs/images.svg'],
    picture: ['44 updates', '44 compose', '44 standard', '44 iot'],
    list: /^44 +standard +44 +stable +fedora-standard .*\/fedora-bootc-44-standard$/m,
    // One pipeline serves all streams: which one, its params say.
    pipeline: [],
  },
] as const;

test.for(entries)('$name is one entry, and what is generated follows', { timeout: 300_000 }, async (one) => {
  const copy = await copyOfRepository();
  const read = (path: string) => readFileSync(join(copy, path), 'utf8');
  const lines = read(DATA).split('\n');
  const place = lines.findIndex((line) => line.startsWith(one.behind));
  expect(place).toBeGreaterThan(0);
  const before = read(PIPELINE);

  writeFileSync(join(copy, DATA), lines.toSpliced(place + 1, 0, one.entry.trimEnd()).join('\n'));
  await runIn(copy, 'node scripts/generate.ts');

  const changed = (await changesIn(copy))
    .split('\n')
    .map((line) => line.slice(3))
    .filter((path) => path !== '');
  expect(changed.sort()).toEqual([DATA, ...one.generated].sort());
  for (const label of one.picture) expect(read('docs/images.svg')).toContain(`>${label}<`);
  const list = 'bin/bootc-catalog images list --on 2026-11-27 --catalog gitops/fedora-bootc.ts';
  expect((await runIn(copy, list)).stdout).toMatch(one.list);
  for (const text of one.pipeline) {
    expect(before).not.toContain(text);
    expect(read(PIPELINE)).toContain(text);
  }
});
