// Runs every generated test (`*.generated.test.ts`) with all of its cases, and writes the table docs/soak.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

interface Row {
  readonly name: string;
  readonly seed: number;
  readonly cases: number;
  readonly against: string;
  readonly found: string;
  readonly seconds: number;
}

const root = join(import.meta.dirname, '..');
const rowsFile = join(root, '.cache/soak/rows.jsonl');
rmSync(rowsFile, { force: true });

const { exitCode } = await execa(
  'vitest',
  ['run', '.generated.test', '--testTimeout=3600000', ...process.argv.slice(2)],
  { cwd: root, env: { SOAK: '1' }, stdio: 'inherit', reject: false },
);
const rows = readRows();
if (exitCode === 0) {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs/soak.md'), page(rows));
  console.log(table(rows));
} else {
  console.error('docs/soak.md is left as it was: a generated test failed');
  process.exitCode = 1;
}

function readRows(): Row[] {
  const lines = readFileSync(rowsFile, 'utf8').trim().split('\n');
  const all = lines.map((line) => JSON.parse(line) as Row);
  return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function page(all: readonly Row[]): string {
  return `# The last soak\n\nWritten by \`make soak\`: every generated test with all of its cases, with a fixed and a random seed.\n\n${table(all)}\n`;
}

function table(all: readonly Row[]): string {
  return [
    '| what | seed | cases | against | found | seconds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...all.map(
      ({ name, seed, cases, against, found, seconds }) =>
        `| ${name} | ${seed} | ${cases} | ${against} | ${found} | ${seconds} |`,
    ),
  ].join('\n');
}
