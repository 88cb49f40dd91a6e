// The RPMs of a lock as a process of its own that can be measured: prefetch.ts SOURCE TARGET
import { parsePrefetchInput, prefetchRpms } from '#lib/prefetch';

const [source = '', target = ''] = process.argv.slice(2);
await prefetchRpms(parsePrefetchInput('rpm').rpms, { source, target, mode: 'strict', sbomType: 'spdx' });
