import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

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
    // Two cores: files run beside each other, each in a process of its own, so that one may start registries.
    globalSetup: ['test/support/nothing-left.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
