import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Folder, root } from './folders.ts';
import { mutantsOf, type NumberedMutant } from './mutants-of.ts';
import { type Outcome, parseOutcomes } from './outcome.ts';

export interface JudgedMutant extends NumberedMutant {
  readonly result: Exclude<Outcome['result'], 'tried' | 'end'>;
}

/** Milliseconds of silence after which the mutant that runs is taken for one without an end. */
const SILENCE = 60_000;

/**
 * Runs the tests of a folder against each of its mutants. A mutant that ends the worker, or keeps it for ever, is
 * noticed; the others go on from there.
 */
export async function runFolder(folder: Folder): Promise<readonly JudgedMutant[]> {
  const directory = join(root, '.cache/mutants');
  mkdirSync(directory, { recursive: true });
  const out = join(directory, `${folder.name.replaceAll('/', '-')}.jsonl`);
  rmSync(out, { force: true });
  writeFileSync(out, '');
  for (let last = -1; ; ) {
    const output = await runWorker(folder, out);
    const outcomes = parseOutcomes(readFileSync(out, 'utf8'));
    const results = new Map(outcomes.map(({ id, result }) => [id, result]));
    if (outcomes.at(-1)?.result === 'end') return judged(folder, results);
    const tried = outcomes.at(-1);
    if (tried?.result !== 'tried' || tried.id === last)
      throw new Error(`the tests of ${folder.name} cannot be run:\n${output}`);
    last = tried.id;
    appendFileSync(out, `${JSON.stringify({ id: last, result: 'timed out' } satisfies Outcome)}\n`);
  }
}

async function runWorker(folder: Folder, out: string): Promise<string> {
  // This folder takes along what a test leaves behind that a mutant has ended.
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'mutants-'));
  const worker = execa('vitest', ['run', '--config', 'scripts/mutants/vitest.config.ts'], {
    cwd: root,
    env: { MUTANTS_FOLDER: folder.name, MUTANTS_OUT: out, NO_COLOR: '1', TMPDIR: scratch.path },
    // The worker has a process group of its own: the process that runs a mutant is a child of the child.
    detached: true,
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  const watch = setInterval(() => {
    if (Date.now() - statSync(out).mtimeMs > SILENCE && worker.pid !== undefined)
      process.kill(-worker.pid, 'SIGKILL');
  }, 1_000);
  const { all } = await worker.finally(() => clearInterval(watch));
  return all;
}

function judged(folder: Folder, results: ReadonlyMap<number, Outcome['result']>): readonly JudgedMutant[] {
  return mutantsOf(folder).map((mutant) => {
    const result = results.get(mutant.id);
    if (result === undefined || result === 'tried' || result === 'end')
      throw new Error(`nothing is known of a mutant in ${mutant.file}:${mutant.line}`);
    return { ...mutant, result };
  });
}
