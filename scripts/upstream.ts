// Writes bundles/upstream.yaml from the contract, where no registry has upstream's bundles: `node scripts/upstream.ts
// [contract]`. Where one does, `bootc-catalog bundle types --refresh` reads them in its place.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstreamFile } from '#lib/catalog';
import { writeWhole } from '#lib/process';
import { UPSTREAM } from './upstream/externals.ts';
import { type Contract, upstreamFromContract } from './upstream/from-contract.ts';
import { upstreamTasks } from './upstream/tasks.ts';

const root = join(import.meta.dirname, '..');
const [path = join(root, '../shared/contract/konflux-build.json')] = process.argv.slice(2);
const contract = JSON.parse(readFileSync(path, 'utf8')) as Contract;
writeWhole(join(root, UPSTREAM), upstreamFile(upstreamFromContract(contract, upstreamTasks)));
