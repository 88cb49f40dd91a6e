// Checks that npm installed exactly what package-lock.json says. It imports no package: that may be what is wrong.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences, type Lock } from './install/installed.ts';

const root = process.argv[2] ?? join(import.meta.dirname, '..');
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Lock;
const found = differences(read('package-lock.json'), read('node_modules/.package-lock.json'));
for (const difference of found) process.stderr.write(`${difference}\n`);
if (found.length > 0) process.exitCode = 1;
