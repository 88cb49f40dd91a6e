// Stands in for vitest's functions that define a test while mutants run: the tests of a file are kept, so that each can
// run again and again. What a test says is vitest's own.
import { inspect } from 'node:util';

export * from 'vitest';

type Body = (...args: readonly never[]) => unknown;
type Hook = () => unknown;

export interface Scope {
  readonly parent: Scope | undefined;
  readonly before: Hook[];
  readonly after: Hook[];
  readonly beforeEvery: Hook[];
  readonly afterEvery: Hook[];
  isOpen: boolean;
}

export interface KeptTest {
  readonly name: string;
  readonly scope: Scope;
  readonly body: () => unknown;
}

export interface Kept {
  readonly tests: KeptTest[];
  /** What the test that runs has asked to be done at its end. */
  readonly finished: Hook[];
  scope: Scope;
}

// Kept by the process and not by this module, which is loaded anew with the file of tests.
const place = globalThis as unknown as { keptTests: Kept | undefined };

export function openScope(parent?: Scope): Scope {
  return { parent, before: [], after: [], beforeEvery: [], afterEvery: [], isOpen: false };
}

export function keepTests(): Kept {
  place.keptTests = { tests: [], finished: [], scope: openScope() };
  return place.keptTests;
}

function kept(): Kept {
  if (!place.keptTests) throw new Error('no file of tests is being loaded');
  return place.keptTests;
}

function define(name: string, ...rest: readonly unknown[]): void {
  const body = rest.find((one): one is Body => typeof one === 'function');
  if (body) kept().tests.push({ name, scope: kept().scope, body: body as () => unknown });
}

function defineFor(rows: readonly unknown[]) {
  return (name: string, ...rest: readonly unknown[]) => {
    const body = rest.find((one): one is (row: unknown) => unknown => typeof one === 'function');
    for (const row of rows) define(`${name} ${inspect(row, { breakLength: Infinity })}`, () => body?.(row));
  };
}

const leaveOut = () => undefined;

export const test = Object.assign(define, {
  for: defineFor,
  skip: leaveOut,
  todo: leaveOut,
  skipIf: (isSkipped: boolean) =>
    Object.assign(isSkipped ? leaveOut : define, { for: isSkipped ? () => leaveOut : defineFor }),
  runIf: (isRun: boolean) =>
    Object.assign(isRun ? define : leaveOut, { for: isRun ? defineFor : () => leaveOut }),
});
export const it = test;

function defineScope(_name: string, ...rest: readonly unknown[]): void {
  const body = rest.find((one): one is Hook => typeof one === 'function');
  const outer = kept().scope;
  kept().scope = openScope(outer);
  body?.();
  kept().scope = outer;
}

export const describe = Object.assign(defineScope, {
  skip: leaveOut,
  skipIf: (isSkipped: boolean) => (isSkipped ? leaveOut : defineScope),
});

export const beforeAll = (hook: Hook) => void kept().scope.before.push(hook);
export const afterAll = (hook: Hook) => void kept().scope.after.push(hook);
export const beforeEach = (hook: Hook) => void kept().scope.beforeEvery.push(hook);
export const afterEach = (hook: Hook) => void kept().scope.afterEvery.push(hook);
export const onTestFinished = (hook: Hook) => void kept().finished.push(hook);
