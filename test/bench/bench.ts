// What a step costs beside the bash that would do the same, and what generating all YAML costs: bench.ts [--runs N]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderCatalog } from '#lib/catalog';
import { run } from '#lib/process';
import { startRegistry } from '#lib/registry';
import { pipelines, stepImage, tasks } from '../../bundles/catalog.ts';
import { type Command, measure, median } from './measure.ts';
import { type Row, table } from './table.ts';
import { pushTaggedImage } from './tagged-image.ts';

const root = join(import.meta.dirname, '../..');
const node = join(root, 'dist/steps/node');
const results = mkdtempSync(join(tmpdir(), 'bench-results-'));
const { values } = parseArgs({ options: { runs: { type: 'string', default: '20' } } });
const runs = Math.max(1, Number(values.runs) || 20);

await run(process.execPath, [join(root, 'scripts/build-steps.ts')]);
console.log(`medians of ${runs} runs; MB: the largest process\n`);
console.log(`${table([...(await applyTags()), startUp()])}\n`);
generation();
rmSync(results, { recursive: true });

async function applyTags(): Promise<Row[]> {
  await using registry = await startRegistry();
  const { url, digest } = await pushTaggedImage(registry.host);
  return [0, 3].map((count) => {
    const tags = Array.from({ length: count }, (_, index) => `tag-${index}`);
    const params = [`--IMAGE_URL=${url}`, `--IMAGE_DIGEST=${digest}`, '--ADDITIONAL_TAGS[', ...tags, ']'];
    const env = { IMAGE_URL: url, IMAGE_DIGEST: digest };
    return compare(`apply-tags: 2 tags of a label${count > 0 ? `, ${count} of a param` : ''}`, step(params), {
      program: 'bash',
      args: [join(root, 'test/bench/apply-tags.sh'), ...tags],
      env,
    });
  });
}

/** What every step pays before its work: here it explains itself, and bash has jq read three values. */
function startUp(): Row {
  const script = 'for key in a b c; do value=$(jq -r ".$key" <<<\'{"a":1,"b":2,"c":3}\'); done; : "$value"';
  return compare('start-up: --help, and bash with three calls of jq', step(['--help']), {
    program: 'bash',
    args: ['-c', script],
  });
}

function step(args: readonly string[]): Command {
  return {
    program: node,
    args: [join(root, 'dist/steps/apply-tags/apply-additional-tags'), ...args],
    env: { STEP_RESULTS: results },
  };
}

function compare(work: string, ours: Command, theirs: Command): Row {
  const [mine, bash] = measure([ours, theirs], runs);
  if (!mine || !bash) throw new Error('nothing was measured');
  return { work, step: mine, bash };
}

function generation(): void {
  const inProcess = Array.from({ length: runs }, () => {
    const started = performance.now();
    renderCatalog({ tasks, pipelines, stepImage });
    return performance.now() - started;
  });
  const [whole] = measure(
    [{ program: process.execPath, args: [join(root, 'scripts/generate.ts'), '--check'] }],
    runs,
  );
  console.log(
    `generation of ${tasks.length} tasks and ${pipelines.length} pipelines: ${median(inProcess).toFixed(1)} ms, ` +
      `as a command with all that it loads ${whole?.milliseconds.toFixed(0)} ms`,
  );
}
