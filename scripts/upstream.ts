// Writes bundles/upstream.yaml from the contract, where no registry has upstream's bundles: `node scripts/upstream.ts
// [folder of contracts]`. Where one does, `bootc-catalog bundle types --refresh` reads them in its place.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstreamFile } from '#lib/catalog';
import { writeWhole } from '#lib/process';
import { UPSTREAM } from './upstream/externals.ts';
import { type Contract, upstreamFromContract } from './upstream/from-contract.ts';
import { type ReleaseContract, upstreamFromReleaseContract } from './upstream/from-release-contract.ts';
import { upstreamTasks } from './upstream/tasks.ts';

const root = join(import.meta.dirname, '..');
const [folder = join(root, '../shared/contract')] = process.argv.slice(2);
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const tasks = [
  ...upstreamFromContract(read('konflux-build.json') as Contract, upstreamTasks),
  upstreamFromReleaseContract(read('konflux-release.json') as ReleaseContract, 'verify-conforma'),
];
writeWhole(join(root, UPSTREAM), upstreamFile(tasks));
