import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const lib = (path: string) => join(import.meta.dirname, 'lib', path, 'index.ts');

export default defineConfig({
  // What examples/ imports, by its name in the package.
  resolve: {
    alias: [
      { find: /^bootc-catalog$/, replacement: lib('tekton') },
      { find: 'bootc-catalog/catalog', replacement: lib('catalog') },
    ],
  },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules', 'dist', '.cache', '.runs', 'examples'],
    globalSetup: ['test/support/nothing-left.ts'],
    sequence: { sequencer: LongestFirst },
    // Files run beside each other, each in a process of its own, so that one may start registries. They wait for
    // containers and servers half of their time: two of them leave two cores idle.
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
