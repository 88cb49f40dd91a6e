import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { renderCatalog } from '#lib/catalog';
import { descriptionOf } from '#lib/tekton';
import { pipelines, stepImage, tasks } from '../bundles/catalog.ts';

const root = join(import.meta.dirname, '..');
const rendered = renderCatalog({ tasks, pipelines, stepImage });
const folders = readdirSync(join(root, 'tasks'));

test('every folder of tasks is in the catalog, and nothing else', () => {
  expect(tasks.map(({ name }) => name).sort()).toEqual(folders.sort());
});

test('every file of pipelines is in the catalog, and nothing else', () => {
  const files = readdirSync(join(root, 'pipelines')).filter((file) => /^[^.]+\.ts$/.test(file));

  expect(pipelines.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

test.for(tasks)('each step of $name that is our own has its file', ({ name, definition }) => {
  const own = Object.entries(definition.steps).filter(([, step]) => !('image' in step || 'action' in step));
  const missing = own.filter(([step]) => !existsSync(join(root, 'tasks', name, `${step}.ts`)));

  expect(missing).toEqual([]);
});

test.for(tasks)('$name describes each of its params, results and workspaces', (task) => {
  const silent = [...Object.entries(task.params), ...Object.entries(task.results)]
    .filter(([, schema]) => descriptionOf(schema) === '')
    .map(([name]) => name);

  expect(silent).toEqual([]);
  expect(task.description).not.toBe('');
});

test.for([...rendered])('%s is what its definition gives', ([path, text]) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

test.for([...rendered].filter(([path]) => path.endsWith('.yaml')))(
  '%s means the same to YAML 1.1 and 1.2',
  ([, text]) => {
    expect(parse(text, { version: '1.1' })).toEqual(parse(text, { version: '1.2' }));
    expect(parseAllDocuments(text)).toHaveLength(1);
  },
);

test('rendering twice gives the same bytes', () => {
  expect(renderCatalog({ tasks, pipelines, stepImage })).toEqual(rendered);
});
