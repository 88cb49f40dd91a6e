// Runs in a worker of vitest, with the mutants of one folder in its sources: which of them do its tests notice?
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { inject, test, vi } from 'vitest';
import { root } from './folders.ts';
import { type Kept, type KeptTest, keepTests } from './harness.ts';
import { mutantsOf } from './mutants-of.ts';
import { forbidPrograms, hasStarted } from './no-programs.ts';
import { type Outcome, parseOutcomes } from './outcome.ts';
import { closeScopes, LateError, runTest } from './run-test.ts';
import { placeSwitch, record, withMutant } from './switch.ts';

const out = process.env.MUTANTS_OUT ?? '';
const folder = inject('folder');
const tell = (outcome: Outcome) => appendFileSync(out, `${JSON.stringify(outcome)}\n`);

interface Measured extends KeptTest {
  readonly hits: ReadonlySet<number>;
  readonly asked: number;
  readonly time: number;
}

test(folder.name, async () => {
  forbidPrograms();
  placeSwitch();
  fc.configureGlobal({ seed: 1 });
  const known = existsSync(out) ? parseOutcomes(readFileSync(out, 'utf8')) : [];
  const open = new Set(mutantsOf(folder).map(({ id }) => id));
  for (const { id, result } of known) if (result !== 'tried') open.delete(id);
  const reached = new Set<number>();
  for (const file of folder.tests) {
    for (const id of await tryFile(file, open)) reached.add(id);
  }
  for (const id of open) tell({ id, result: reached.has(id) ? 'survived' : 'not reached' });
  tell({ id: -1, result: 'end' });
});

/** Gives the mutants that the tests of a file reach; those that they notice are taken out of `open`. */
async function tryFile(file: string, open: Set<number>): Promise<ReadonlySet<number>> {
  let kept = await load(file);
  const atImport = kept.hits;
  const tests = await measure(file, kept);
  const reached = new Set([...atImport, ...tests.flatMap(({ hits }) => [...hits])]);
  const settle = (id: number, error: unknown, by: string) => {
    tell({ id, result: error instanceof LateError ? 'timed out' : 'killed', by: `${file}: ${by}` });
    open.delete(id);
  };
  for (const id of reached) {
    if (!open.has(id) || atImport.has(id)) continue;
    tell({ id, result: 'tried' });
    for (const one of tests.filter(({ hits }) => hits.has(id))) {
      const error = await failureOf(() => withMutant(id, one.asked, () => runTest(kept, one)));
      if (error === undefined) continue;
      settle(id, error, one.name);
      break;
    }
  }
  const usual = Math.max(kept.asked, ...tests.map(({ asked }) => asked));
  const names = new Set(tests.map(({ name }) => name));
  for (const id of atImport) {
    if (!open.has(id) || tests.length === 0) continue;
    tell({ id, result: 'tried' });
    await closeScopes(kept).catch(() => undefined);
    const failure = await failureOf(async () => {
      await withMutant(id, usual, async () => {
        kept = await load(file, false);
      });
      const again = kept.tests.filter(({ name }) => names.has(name));
      for (const one of again) {
        const error = await failureOf(() => withMutant(id, usual, () => runTest(kept, one)));
        if (error !== undefined) throw new NoticedError(one.name, error);
      }
    });
    if (failure instanceof NoticedError) settle(id, failure.cause, failure.message);
    else if (failure !== undefined) settle(id, failure, 'is not loaded');
  }
  await closeScopes(kept).catch(() => undefined);
  await checkNothingLeft(file, names);
  return reached;
}

class NoticedError extends Error {
  constructor(by: string, cause: unknown) {
    super(by, { cause });
  }
}

async function load(file: string, isRecorded = true): Promise<Kept & { hits: Set<number>; asked: number }> {
  vi.resetModules();
  const kept = keepTests();
  const body = async () => {
    await import(/* @vite-ignore */ join(root, file));
  };
  if (!isRecorded) {
    await body();
    return Object.assign(kept, { hits: new Set<number>(), asked: 0 });
  }
  return Object.assign(kept, await record(body));
}

/** The tests that start no program, fastest first. @throws where one fails by itself */
async function measure(file: string, kept: Kept): Promise<readonly Measured[]> {
  const tests: Measured[] = [];
  for (const one of kept.tests) {
    const start = performance.now();
    hasStarted();
    let seen = { hits: new Set<number>(), asked: 0 };
    const error = await failureOf(async () => {
      seen = await record(() => runTest(kept, one));
    });
    if (hasStarted()) {
      // A hook that starts one is asked again by each test that would need it.
      one.scope.isOpen = false;
      continue;
    }
    if (error !== undefined) throw new Error(`${file}: ${one.name} fails without a mutant`, { cause: error });
    tests.push({ ...one, ...seen, time: performance.now() - start });
  }
  return tests.sort((a, b) => a.time - b.time);
}

/** Checks that no mutant changed what outlives it: another one would be noticed, or not, because of it. */
async function checkNothingLeft(file: string, names: ReadonlySet<string>): Promise<void> {
  const kept = await load(file, false);
  for (const one of kept.tests.filter(({ name }) => names.has(name))) {
    const error = await failureOf(() => runTest(kept, one));
    if (error !== undefined)
      throw new Error(`${file}: ${one.name} fails after the mutants`, { cause: error });
  }
  await closeScopes(kept);
}

async function failureOf(body: () => Promise<void>): Promise<unknown> {
  const { exitCode } = process;
  try {
    await body();
    return undefined;
  } catch (error) {
    return error ?? 'nothing';
  } finally {
    vi.useRealTimers();
    process.exitCode = exitCode;
  }
}
