import { expect, test } from 'vitest';
import { readManifests } from './read-manifests.ts';

test('reads every document of a file', () => {
  const documents = readManifests('a: 1\n---\nb: "on"\n');

  expect(documents).toEqual([
    { value: { a: 1 }, problems: [] },
    { value: { b: 'on' }, problems: [] },
  ]);
});

test.for(['y: 1', 'a: {b: on}', 'a: [1, 012]', 'a: 1:30', 'a: 2026-01-01', 'a: 1_000'])(
  'says that %s is something else to kubectl',
  (text) => {
    const [document] = readManifests(text);

    expect(document?.problems.join()).toContain('YAML 1.1 reads another value');
  },
);

test('names the place of the difference', () => {
  const [document] = readManifests('spec: {params: [{name: a}, {name: y}]}');

  expect(document?.problems).toEqual(['spec.params.1.name: YAML 1.1 reads another value than YAML 1.2']);
});

test('refuses a key that is given twice', () => {
  const [document] = readManifests('a: 1\na: 2\n');

  expect(document?.problems.join()).toContain('unique');
});
