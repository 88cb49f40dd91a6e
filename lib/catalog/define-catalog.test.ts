import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { explain } from '#lib/errors';
import { catalogProblems, defineCatalog, generatedFiles, InvalidCatalogError, ownSteps } from './index.ts';

const lib = JSON.stringify(join(import.meta.dirname, '../tekton/index.ts'));
const stepImage = 'registry.example/steps:1';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'catalog-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

test('finds a task by its folder alone, and its steps by their files', async () => {
  write('tasks/b/task.ts', task('b'));
  write('tasks/b/run.ts', '');
  write('tasks/a/task.ts', task('a'));
  write('tasks/a/run.ts', '');
  write('tasks/.hidden/task.ts', 'throw new Error()');
  write('pipelines/p.test.ts', 'throw new Error()');

  const catalog = await defineCatalog({ root: pathToFileURL(`${root}/`), stepImage });

  expect(catalog.tasks.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(catalog.pipelines).toEqual([]);
  expect(catalog.root).toBe(root);
  expect(ownSteps(catalog)).toEqual([
    { name: 'a/run', file: join(root, 'tasks/a/run.ts') },
    { name: 'b/run', file: join(root, 'tasks/b/run.ts') },
  ]);
});

test('the step image is where the publication puts it', async () => {
  const publication = { prefix: 'h:1/me', floatingTags: [], platforms: [], source: '' };

  const konflux = await defineCatalog({ root, publication });
  const own = await defineCatalog({ root, publication: { ...publication, folder: 'my/tasks' } });

  expect(konflux.stepImage).toBe('h:1/me/tekton-catalog/steps:latest');
  expect(own.stepImage).toBe('h:1/me/my/tasks/steps:latest');
});

test.for<[string, Readonly<Record<string, string>>, RegExp]>([
  ['a folder without a definition', { 'tasks/a/other.ts': '' }, /^there is no tasks\/a\/task\.ts/],
  ['a file that exports another name', { 'tasks/a/task.ts': 'export const x = 1;' }, /exports no task/],
  ['something else of that name', { 'tasks/a/task.ts': 'export const task = {};' }, /exports no task/],
  [
    'a pipeline in the place of a task',
    { 'pipelines/a.ts': 'export const task = 1;' },
    /exports no pipeline/,
  ],
  ['another name than the folder', { 'tasks/a/task.ts': task('b') }, /^tasks\/a\/task\.ts defines "b"/],
  [
    'a file that cannot be loaded',
    { 'tasks/a/task.ts': "import './x.ts';" },
    /^cannot load tasks\/a\/task\.ts/,
  ],
  ['a StepAction that is none', { 'stepactions/s/step-action.ts': '' }, /exports no stepAction/],
])('refuses %s', async ([, files, message]) => {
  for (const [path, text] of Object.entries(files)) write(path, text);

  const error: unknown = await defineCatalog({ root, stepImage }).catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(InvalidCatalogError);
  expect(explain(error)).toMatch(message);
});

test.for(['../out', '/abs', 'a/../b', '', 'a//b', '.'])('refuses to generate into %j', async (rendered) => {
  await expect(defineCatalog({ root, stepImage, folders: { rendered } })).rejects.toThrow(
    'folders.rendered is',
  );
});

test.for([
  ['../out', 'manifests["../out"] is'],
  ['tasks/a', 'where definitions are rendered'],
])('refuses a manifest at %j', async ([path = '', message = '']) => {
  const defined = defineCatalog({ root, stepImage, manifests: { [path]: {} } });

  await expect(defined).rejects.toThrow(message);
});

test('manifests are generated beside the definitions, and nothing else lies there', async () => {
  write('bundles/rendered/rbac/old.yaml', 'a: 1\n');
  const catalog = await defineCatalog({ root, stepImage, manifests: { 'rbac/new': { kind: 'Role' } } });

  const { stale, write: generate } = generatedFiles(catalog);
  generate();

  expect(stale).toEqual([
    'bundles/README.md',
    'bundles/rendered/rbac/new.yaml',
    'bundles/rendered/rbac/old.yaml',
    'bundles/schema.json',
  ]);
  expect(readFileSync(join(root, 'bundles/rendered/rbac/new.yaml'), 'utf8')).toBe('kind: Role\n');
  expect(existsSync(join(root, 'bundles/rendered/rbac/old.yaml'))).toBe(false);
});

test.for(['relative', '/a/', '/a/../b', '/a b', '/', '/a$(b)'])(
  'refuses %j for the steps',
  async (stepDirectory) => {
    await expect(defineCatalog({ root, stepImage, stepDirectory })).rejects.toThrow('stepDirectory is');
  },
);

test('refuses to guess where the steps are', async () => {
  await expect(defineCatalog({ root })).rejects.toThrow('does not say which image holds its steps');
});

test('tells what a catalog lacks, and what lies in it without being part of it', async () => {
  write('tasks/a/task.ts', task('a'));
  write('tasks/whole/task.ts', task('whole'));
  for (const file of ['run.ts', 'run.test.ts', 'CHANGELOG.md']) write(`tasks/whole/${file}`, '');
  const catalog = await defineCatalog({ root, stepImage });
  write('tasks/stray/notes.md', '');

  expect(catalogProblems(catalog)).toEqual([
    'tasks/a/run.ts is missing: task a defines this step',
    'tasks/a/CHANGELOG.md is missing: users read in it what a version changes',
    'tasks/a has no test: write <step>.test.ts beside what it tests',
    'tasks/stray is not in the catalog',
  ]);
  expect(() => ownSteps(catalog)).toThrow('there is no tasks/a/run.ts');
});

function task(name: string): string {
  return `import { defineTask } from ${lib};
const steps = { run: { cpu: '1', memory: '1Gi' } };
export const task = defineTask({ name: '${name}', version: '0.1.0', description: '', params: {}, results: {}, steps });`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
