import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changesIn, copyOfRepository, runIn } from '#test/copies/repository';
import { shareOf } from '#test/share';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const recipes = [...page.matchAll(/^## (?<title>Add .*)\n[^#]*?```sh\n(?<lines>[^`]*)```/gm)].map(
  ({ groups }) => ({
    title: groups?.title ?? '',
    lines: (groups?.lines ?? '').trim().split('\n'),
  }),
);

/** What comes of each. */
const makes: Readonly<Record<string, string>> = {
  'Add a task': 'bundles/rendered/tasks/mark-image.yaml',
  'Add a pipeline': 'bundles/rendered/pipelines/bootc-nightly.yaml',
  'Add a check': 'tasks/sanity-check/README.md',
  'Add a command': 'lib/cli/catalog/show.ts',
};

test('there is a recipe of five lines for each thing that is added', () => {
  expect(recipes.map(({ title }) => title)).toEqual([
    'Add a task',
    'Add a pipeline',
    'Add a check',
    'Add a command',
  ]);
  expect(recipes.map(({ lines }) => lines.length)).toEqual([5, 5, 5, 5]);
});

test('they work in a copy of the repository, one after the other', {
  timeout: 300_000,
}, async () => {
  const copy = await copyOfRepository();
  const chosen = shareOf('recipes', recipes, 1);
  for (const { title, lines } of chosen) {
    const before = await changesIn(copy);
    for (const line of lines) await runIn(copy, line);
    expect(await changesIn(copy), title).not.toEqual(before);
  }
  const changed = await changesIn(copy);
  for (const { title } of chosen) expect(changed, title).toContain(makes[title]);
});
