import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import { exitCode, exitCodeOf } from '../lib/cli/options/exit-codes.ts';

const root = resolve(import.meta.dirname, '..');

interface ErrorClass {
  readonly file: string;
  readonly name: string;
  readonly parent: string;
  readonly body: string;
}

// The scripts of the repository have no users.
const classes: readonly ErrorClass[] = ['lib', 'tasks', 'pipelines', 'bundles'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .flatMap(classesOf),
);
const byName = new Map(classes.map((one) => [one.name, one]));
const expected = classes.filter((one) => rootOf(one) === 'ExpectedError' && one.name !== 'ExpectedError');
const internal = classes.filter((one) => rootOf(one) === 'Error' && one.name !== 'ExpectedError');

test('the scan finds the classes', () => {
  expect(expected.length).toBeGreaterThan(40);
  expect(byName.size).toBe(classes.length);
});

// Each of these is caught in the layer that throws it.
test('what is no ExpectedError never reaches a user', () => {
  expect(internal.map(({ name }) => name).sort()).toEqual([
    'ConnectionFailure',
    'RunEnded',
    'StallError',
    'StepTimeout',
  ]);
});

test.for(expected)('$name says its kind and its name, and has the exit code of its kind', async (one) => {
  const stating = byName.get(one.parent);
  const own = one.body.includes('override readonly kind =');

  expect(own || stating?.body.includes('override readonly kind ='), 'says its kind').toBe(true);
  const error = await construct(one);
  expect(error).toBeInstanceOf(ExpectedError);
  expect(error.name).toBe(one.name);
  expect(exitCodeOf(error)).toBe(one.name === 'CancelledError' ? exitCode.cancelled : exitCode[error.kind]);
});

/** A text, then what can be taken apart as facts or walked as a list; the classes that take others are named. */
const given: Readonly<Record<string, readonly unknown[]>> = {
  ToolError: [{ stderr: '' }],
  PodmanError: [500, 'x'],
};

async function construct({ file, name }: ErrorClass): Promise<ExpectedError> {
  const module = (await import(join(root, file))) as Readonly<
    Record<string, new (...given: readonly unknown[]) => ExpectedError>
  >;
  const Class = module[name];
  if (Class === undefined) throw new Error(`${file} does not export ${name}`);
  return new Class(...(given[name] ?? ['x', [], []]));
}

function classesOf(file: string): ErrorClass[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [
    ...text.matchAll(/^(?:export )?class (?<name>\w+) extends (?<parent>\w+) \{(?<body>[\s\S]*?)\}$/gm),
  ].map(({ groups: { name = '', parent = '', body = '' } = {} }) => ({ file, name, parent, body }));
}

/** The first class above it that is not declared in our sources, or ExpectedError. */
function rootOf({ parent }: ErrorClass): string {
  const above = byName.get(parent);
  return above === undefined || parent === 'ExpectedError' ? parent : rootOf(above);
}
