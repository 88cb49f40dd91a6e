import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
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
    const before = await changes(copy);
    for (const line of lines) await run(copy, line);
    expect(await changes(copy), title).not.toEqual(before);
  }
  const changed = await changes(copy);
  for (const { title } of chosen) expect(changed, title).toContain(makes[title]);
});

/** The files that git knows, or would add, under a git of their own. */
async function copyOfRepository(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'contributing-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  const { stdout } = await execa(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: root },
  );
  for (const file of stdout.split('\0').filter((name) => name !== ''))
    cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  await run(copy, 'git init -q && git add -A && git -c user.name=t -c user.email=t@t commit -qm copy');
  return copy;
}

async function changes(copy: string): Promise<string> {
  return (await run(copy, 'git status --porcelain --untracked-files=all')).stdout;
}

function run(copy: string, line: string) {
  return execa('bash', ['-euo', 'pipefail', '-c', line], {
    cwd: copy,
    env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}` },
    all: true,
  });
}
