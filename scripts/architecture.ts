// Shows in ARCHITECTURE.md who may import whom, as scripts/architecture/tables.ts says.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './architecture/page.ts';
import { root } from './architecture/sources.ts';

const path = join(root, 'ARCHITECTURE.md');
writeFileSync(path, withTables(readFileSync(path, 'utf8')));
