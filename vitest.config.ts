import { defineConfig } from 'vitest/config';

export default defineConfig({
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
