import { join } from 'node:path';
import { type Captured, captured } from '#test/captured';
import { runCommandLine } from '../../lib/cli/command-line.ts';

const rendered = join(import.meta.dirname, '../../bundles/rendered/pipelines');

/**
 * Calls `bootc-catalog run` on the PipelineRun of a usage, with our pipeline as it is rendered in the place of the
 * published one, whose bundle upstream and Fedora name differently.
 */
export function runUsage(
  { name, file, pipeline }: { readonly name: string; readonly file: string; readonly pipeline: string },
  ...more: readonly string[]
): Promise<Captured> {
  const ours = join(rendered, `${pipeline}.yaml`);
  const bundles = [`quay.io/*pipeline-${pipeline}`, 'quay.io/fedora-testing/tekton-catalog'];
  const maps = bundles.flatMap((bundle) => ['--bundle-map', `${bundle}=${ours}`]);
  return captured(() =>
    runCommandLine(['run', '--file', file, '--catalog', '--run', name, ...maps, ...more], undefined),
  );
}
