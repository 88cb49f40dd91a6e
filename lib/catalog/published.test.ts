import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defineTask } from '#lib/tekton';
import { defaultFolders } from './catalog.ts';
import { taskObject } from './objects.ts';
import { indexFile } from './pages/index-page.ts';
import { taskPage } from './pages/task-page.ts';
import { bundleName, publishedFile, readPublished } from './published.ts';

const folder = mkdtempSync(join(tmpdir(), 'published-'));
afterAll(() => rmSync(folder, { recursive: true }));

const publication = {
  prefix: 'quay.io/me',
  floatingTags: ['latest'],
  platforms: ['linux/amd64'],
  source: 'https://a.example/b',
};
const digest = `sha256:${'1'.repeat(64)}`;
const reference = `quay.io/me/tekton-catalog/task-task:0.1.0@${digest}`;
const task = defineTask({
  name: 'task',
  version: '0.1.0',
  description: 'What it does.',
  params: {},
  results: {},
  steps: { own: { cpu: '1', memory: '1Gi' } },
});

test('what is published is referred to by digest, and another version by its tag', () => {
  const published = { 'task-task': reference };

  expect(bundleName('task', task, { publication, published })).toEqual({ reference, isPublished: true });
  expect(bundleName('task', { name: 'task', version: '0.1.1' }, { publication, published })).toEqual({
    reference: 'quay.io/me/tekton-catalog/task-task:0.1.1',
    isPublished: false,
  });
  expect(bundleName('task', task, { published })).toBeUndefined();
  expect(taskPage(task, taskObject(task, 'quay.io/me/steps:1'), { publication, published })).toContain(
    `value: ${reference}\n`,
  );
});

test.for([
  ['{', 'JSON'],
  ['[]x', 'JSON'],
  ['null', 'it is no object'],
  ['{"task-task": "quay.io/me/a:1"}', 'task-task is no reference'],
] as const)('%s is refused', ([text, why]) => {
  const path = join(folder, 'published.json');
  writeFileSync(path, text);

  expect(() => readPublished(path)).toThrow(why);
});

test('both files lie beside what is rendered, and the index never in place of the README', () => {
  expect([indexFile({}), publishedFile(defaultFolders)]).toEqual([
    'bundles/README.md',
    'bundles/published.json',
  ]);
  const folders = { ...defaultFolders, rendered: 'yaml' };
  expect([indexFile({ folders }), publishedFile(folders)]).toEqual(['CATALOG.md', 'published.json']);
});
