import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAG } from '#lib/bundle-steps';
import { renderCatalog } from '#lib/catalog';
import { run } from '#lib/process';
import { startRegistry } from '#lib/registry';
import { pipelines, stepImage, tasks } from '../../bundles/catalog.ts';
import { type Command, measure, median } from './measure.ts';
import { type Row, table } from './table.ts';
import { pushTaggedImage } from './tagged-image.ts';

const root = join(import.meta.dirname, '../..');

/** What a step costs beside the bash that would do the same, and what generating all YAML costs. */
export async function benchSteps(runs: number): Promise<string> {
  await run(process.execPath, [join(root, 'scripts/build-steps.ts')]);
  const results = mkdtempSync(join(tmpdir(), 'bench-results-'));
  try {
    const step = (args: readonly string[]): Command => ({
      program: join(root, 'dist/steps/node'),
      args: [NODE_FLAG, join(root, 'dist/steps/apply-tags/apply-additional-tags'), ...args],
      env: { STEP_RESULTS: results },
    });
    return `${table([...(await applyTags(step, runs)), startUp(step, runs)])}\n\n${generation(runs)}\n\n${yamlSize()}`;
  } finally {
    rmSync(results, { recursive: true });
  }
}

async function applyTags(step: (args: readonly string[]) => Command, runs: number): Promise<Row[]> {
  await using registry = await startRegistry();
  const { url, digest } = await pushTaggedImage(registry.host);
  return [0, 3].map((count) => {
    const tags = Array.from({ length: count }, (_, index) => `tag-${index}`);
    const params = [`--IMAGE_URL=${url}`, `--IMAGE_DIGEST=${digest}`, '--ADDITIONAL_TAGS[', ...tags, ']'];
    const bash = { program: 'bash', args: [join(root, 'test/bench/apply-tags.sh'), ...tags] };
    const env = { IMAGE_URL: url, IMAGE_DIGEST: digest };
    return compare(
      `apply-tags: 2 tags of a label${count > 0 ? `, ${count} of a param` : ''}`,
      step(params),
      { ...bash, env },
      runs,
    );
  });
}

/** What every step pays before its work: here it explains itself, and bash has jq read three values. */
function startUp(step: (args: readonly string[]) => Command, runs: number): Row {
  const script = 'for key in a b c; do value=$(jq -r ".$key" <<<\'{"a":1,"b":2,"c":3}\'); done; : "$value"';
  const bash = { program: 'bash', args: ['-c', script] };
  return compare('start-up: --help, and bash with three calls of jq', step(['--help']), bash, runs);
}

function compare(work: string, ours: Command, bash: Command, runs: number): Row {
  const [mine, theirs] = measure([ours, bash], { runs });
  if (!mine || !theirs) throw new Error('nothing was measured');
  return { work, ours: mine, peer: { name: 'bash', measure: theirs } };
}

/**
 * Bytes of upstream's buildah-remote-oci-ta 0.12.2, as issue 18 has them: the file of the version whose interface
 * bundles/upstream.yaml names is in no place that this repository reads.
 */
const UPSTREAM_YAML = 45_000;

function yamlSize(): string {
  const { size } = statSync(join(root, 'bundles/rendered/tasks/buildah-remote-oci-ta.yaml'));
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);
  return (
    `YAML of buildah-remote-oci-ta: ${kilobytes(size)} kB, upstream's ${kilobytes(UPSTREAM_YAML)} kB: ` +
    (size / UPSTREAM_YAML).toFixed(2)
  );
}

function generation(runs: number): string {
  const inProcess = Array.from({ length: runs }, () => {
    const started = performance.now();
    renderCatalog({ tasks, pipelines, stepImage });
    return performance.now() - started;
  });
  const command = { program: process.execPath, args: [join(root, 'scripts/generate.ts'), '--check'] };
  const [whole] = measure([command], { runs, memoryRuns: 0 });
  return (
    `generation of ${tasks.length} tasks and ${pipelines.length} pipelines: ${median(inProcess).toFixed(1)} ms, ` +
    `as a command with all that it loads ${whole?.milliseconds.toFixed(0)} ms`
  );
}
