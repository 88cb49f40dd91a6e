// Measures the parts against their peers, side by side on this machine: bench.ts [--runs N] [part...]
import { parseArgs } from 'node:util';
import { benchBundles } from './bundles.ts';
import { benchEngine } from './engine.ts';
import { benchSteps } from './steps.ts';
import { benchTransfer } from './transfer.ts';

/** How often each is run by default: the last two take seconds a time. */
const parts = {
  steps: { run: benchSteps, runs: 20 },
  engine: { run: benchEngine, runs: 10 },
  bundles: { run: benchBundles, runs: 7 },
  transfer: { run: benchTransfer, runs: 3 },
} as const;

const { values, positionals } = parseArgs({ options: { runs: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(
    `error: there is no part ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  for (const [name, part] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const runs = Math.max(1, Number(values.runs) || part.runs);
    console.log(`${name}: medians of ${runs} runs; MB: the largest process\n`);
    console.log(`${await part.run(runs)}\n`);
  }
}
