// Mutation testing: `make mutants` for all folders, which writes docs/mutants.md; `make mutants FOLDER=lib/step` for one of
// them, which tells its survivors; `--smallest` for the one with the fewest mutants, as CI repeats it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pMap from 'p-map';
import { mutatedFolders, root } from './mutants/folders.ts';
import { judge } from './mutants/judge.ts';
import { mutantsOf } from './mutants/mutants-of.ts';
import { page, table, told } from './mutants/page.ts';
import { runFolder } from './mutants/run-folder.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, smallest: { type: 'boolean' } } });
const all = mutatedFolders();
const smallest = all.toSorted((a, b) => mutantsOf(a).length - mutantsOf(b).length).slice(0, 1);
const one = values.smallest ? smallest : all.filter(({ name }) => name === values.folder);
const chosen = values.smallest || values.folder ? one : all;
if (chosen.length === 0) {
  console.error(
    `error: no mutants of ${values.folder}; there are: ${all.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const start = performance.now();
const verdicts = await pMap(chosen, async (folder) => judge(folder.name, await runFolder(folder)), {
  concurrency: 2,
});
const seconds = Math.round((performance.now() - start) / 1000);
if (chosen === all) {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs/mutants.md'), page(verdicts, seconds));
} else {
  for (const survivor of verdicts.flatMap(({ survivors }) => survivors)) {
    if (survivor.why === undefined) console.log(told(survivor));
  }
}
console.log(`${table(verdicts)}\n${seconds} seconds`);
const problems = verdicts.flatMap((verdict) => verdict.problems);
for (const problem of problems) console.error(`error: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
