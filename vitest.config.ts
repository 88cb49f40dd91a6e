import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { needOwnProcess } from './test/support/runner/own-process.ts';

const lib = (path: string) => join(import.meta.dirname, 'lib', path, 'index.ts');

const exclude = ['node_modules', 'dist', '.cache', '.runs', 'examples'];
const own = needOwnProcess(exclude);

/** By these a run would tell of itself in the form of the forge that runs the tests, or as their user likes it. */
const env = { BOOTC_CATALOG_CONFIG: '', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', GITLAB_CI: '' };

function project(
  name: string,
  isolate: boolean,
  files: { include: string[]; exclude: string[] },
): TestProjectInlineConfiguration {
  return {
    // What examples/ imports, by its name in the package.
    resolve: {
      alias: [
        { find: /^bootc-catalog$/, replacement: lib('tekton') },
        { find: 'bootc-catalog/catalog', replacement: lib('catalog') },
      ],
    },
    test: { name, isolate, ...files, env, pool: 'forks', testTimeout: 30_000, hookTimeout: 120_000 },
  };
}

export default defineConfig({
  test: {
    projects: [
      project('', false, { include: ['**/*.test.ts'], exclude: [...exclude, ...own] }),
      project('own process', true, { include: own, exclude }),
    ],
    globalSetup: ['test/support/runner/nothing-left.ts'],
    sequence: { sequencer: LongestFirst },
    // Files run beside each other, so that one may start registries. They wait for containers and servers half of their
    // time: two of them leave two cores idle.
    maxWorkers: 3,
  },
});
