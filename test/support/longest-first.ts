// Vitest's sequencer: files that take longest begin first, so that none of them is left for one worker at the end.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = join(import.meta.dirname, '../..');

/**
 * They take longest in `make test`, with the shares that it runs. Vitest itself knows of a file's time after it has run
 * here once: before, size decides.
 */
const longest = [
  'test/e2e/compose-to-production.test.ts',
  'test/e2e/release.test.ts',
  'tasks/buildah-remote-oci-ta/on-host.test.ts',
  'tasks/buildah-bootc/build.test.ts',
  'tasks/buildah-remote-oci-ta/build.test.ts',
  'tasks/buildah-remote-oci-ta/kills.generated.test.ts',
  'tasks/buildah-remote-oci-ta/bad-input.test.ts',
  'tasks/buildah-remote-oci-ta/host-trouble.test.ts',
  'tasks/buildah-remote-oci-ta/platform-hosts.test.ts',
  'lib/host/job.test.ts',
  'tasks/buildah-remote-oci-ta/params.test.ts',
  'test/conformance/conformance.test.ts',
  'test/hostile-params.test.ts',
  'test/canary/steps.test.ts',
  'test/canary/commands.test.ts',
  'test/contributing.test.ts',
  'test/contract/runs.test.ts',
  'lib/sanity/text-budget.test.ts',
  'lib/promote/faults.generated.test.ts',
  'lib/promote/registries.test.ts',
  'tasks/push-snapshot/push-snapshot.test.ts',
  'lib/host/transfer.test.ts',
  'lib/host/cuts.generated.test.ts',
  'test/random-user.test.ts',
  'tasks/bootc-lint/bootc-lint.test.ts',
  'tasks/buildah-remote-oci-ta/reproducible.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.find((path) => !existsSync(join(root, path)));
    if (gone !== undefined) throw new Error(`${import.meta.filename} names ${gone}, which is not there`);
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.indexOf(relative(root, moduleId));
      return index === -1 ? longest.length : index;
    };
    // What has the same place keeps its order.
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
