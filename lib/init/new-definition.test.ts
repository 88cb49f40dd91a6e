import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newPipeline, newTask } from './new-definition.ts';

const root = mkdtempSync(join(tmpdir(), 'new-'));
afterAll(() => rmSync(root, { recursive: true }));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const place = { root, folder: 'tasks', stepRunner: 'bootc-catalog/step' };

test('a task has its definition, a step, a test and a changelog, and is called by its name', () => {
  const files = newTask('mark-image', place);

  expect(files).toEqual(
    ['CHANGELOG.md', 'greet.test.ts', 'greet.ts', 'task.ts'].map((file) => `tasks/mark-image/${file}`),
  );
  expect(read('tasks/mark-image/task.ts')).toContain("name: 'mark-image',");
  expect(files.map(read).join('')).not.toContain('#lib');
});

test('in this repository it imports the sources, in the order of its linter', () => {
  newTask('own', { ...place, stepRunner: '#lib/step' });

  expect(read('tasks/own/task.ts')).toMatch(
    /^import \* as z from 'zod';\nimport \{ defineTask, Text \} from '#lib\/tekton';\n/,
  );
  expect(read('tasks/own/greet.test.ts')).toContain("from '#lib/step-testing';");
});

test('a pipeline gives its task all that it needs', () => {
  const task = {
    name: 'mark-image',
    params: ['IMAGE', 'image-digest'],
    workspaces: ['source'],
    from: '../tasks/mark-image/task.ts',
  };
  newPipeline('nightly', task, { ...place, folder: 'pipelines' });

  const text = read('pipelines/nightly.ts');
  expect(text).toContain("import { task as markImage } from '../tasks/mark-image/task.ts';");
  expect(text).toContain("    'image-digest': markImage.params['image-digest'],\n");
  expect(text).toContain('        source: workspaces.source,\n');
  expect(read('pipelines/nightly.changelog.md')).toContain('## 0.1.0');
});

test.for([
  ['mark_image', 'nothing can be called'],
  ['../x', 'nothing can be called'],
  ['mark-image', 'tasks/mark-image is there already'],
] as const)('%s is refused', ([name, why]) => {
  expect(() => newTask(name, place)).toThrow(why);
});
