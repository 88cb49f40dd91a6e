// Measures the parts against their peers, side by side on this machine.
import { parseArgs } from 'node:util';
import { benchArtifacts } from './artifacts/artifacts.ts';
import { benchBundles } from './bundles.ts';
import { benchCommits } from './commits.ts';
import { benchEngine } from './engine.ts';
import { benchHost } from './host.ts';
import { benchManifests } from './manifests.ts';
import { benchFarRelease, benchLargeRelease, benchRelease } from './release/release.ts';
import { benchRpms } from './rpms/rpms.ts';
import { benchSanity } from './sanity.ts';
import { benchSbom } from './sbom/sbom.ts';
import { benchSteps } from './steps.ts';
import { benchTransfer } from './transfer.ts';

/** How often each is run by default: the last ones take seconds a time. */
const parts = {
  steps: { run: benchSteps, runs: 20 },
  engine: { run: benchEngine, runs: 10 },
  bundles: { run: benchBundles, runs: 7 },
  manifests: { run: benchManifests, runs: 7 },
  sanity: { run: benchSanity, runs: 5 },
  host: { run: benchHost, runs: 3 },
  artifacts: { run: benchArtifacts, runs: 3 },
  rpms: { run: benchRpms, runs: 5 },
  sbom: { run: benchSbom, runs: 3 },
  release: { run: benchRelease, runs: 5 },
  'far-release': { run: benchFarRelease, runs: 1 },
  'large-release': { run: benchLargeRelease, runs: 3 },
  transfer: { run: benchTransfer, runs: 3 },
} as const;

const usage = `bench.ts [--runs N] [part...] | --against COMMIT [--runs N], or make bench BENCH_FLAGS='...'; parts: ${Object.keys(parts).join(', ')}`;

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string' }, against: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in parts));
if (values.help) {
  console.log(usage);
} else if (unknown.length > 0) {
  process.stderr.write(`error: there is no part ${unknown.join(', ')}\nhint: ${usage}\n`);
  process.exitCode = 2;
} else if (values.against !== undefined) {
  console.log(`${await benchCommits(Math.max(1, Number(values.runs) || 20), values.against)}\n`);
} else {
  for (const [name, part] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const runs = Math.max(1, Number(values.runs) || part.runs);
    console.log(`${name}: medians of ${runs} runs; MB: the largest process\n`);
    console.log(`${await part.run(runs)}\n`);
  }
}
