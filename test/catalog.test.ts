import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { catalogProblems, renderCatalog } from '#lib/catalog';
import { descriptionOf, lint, severityOf } from '#lib/tekton';
import { catalog, pipelines, tasks } from '../bundles/catalog.ts';

const root = join(import.meta.dirname, '..');
const rendered = renderCatalog(catalog);

test('the catalog is whole: files of steps, tests, changelogs, and nothing in its folders that is not in it', () => {
  expect(catalogProblems(catalog)).toEqual([]);
});

test('every folder of tasks and every file of pipelines is found', () => {
  const files = readdirSync(join(root, 'pipelines')).filter((file) => /^[^.]+\.ts$/.test(file));

  expect(tasks.map(({ name }) => name)).toEqual(readdirSync(join(root, 'tasks')).sort());
  expect(pipelines.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
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

test('lint has nothing against what is rendered, but for what its definition waives', () => {
  const objects = [...rendered].filter(([path]) => path.endsWith('.yaml')).map(([, text]) => parse(text));
  const known = {
    tasks: ({ name }: { name?: string | undefined }) => objects.find((one) => one.metadata.name === name),
  };
  const warnings = objects
    .flatMap((object) => {
      const pipeline = pipelines.find(
        ({ name }) => object.kind === 'Pipeline' && name === object.metadata.name,
      );
      const waived = Object.keys(pipeline?.options.waives ?? {});
      return lint(object, known).filter(({ rule }) => !waived.includes(rule));
    })
    .filter((one) => severityOf(one) === 'warning');

  expect(objects.length).toBeGreaterThan(7);
  expect(warnings).toEqual([]);
});

test.for(tasks)(
  'each param and workspace of $name is used by a step',
  ({ name, params, workspaces, definition }) => {
    const folder = join(root, 'tasks', name);
    const files = readdirSync(folder).filter((file) => /^(?!task\.ts$)[^.]+\.ts$/.test(file));
    // Every step of our own is given all of them, so that the object says nothing.
    const steps = [
      ...files.map((file) => readFileSync(join(folder, file), 'utf8')),
      JSON.stringify(definition.steps),
      // The name of a ConfigMap or Secret, say.
      JSON.stringify(definition.volumes ?? []),
    ];
    const used = Object.entries(params).filter(
      ([, schema]) => !descriptionOf(schema).startsWith('Without effect'),
    );
    const names = [...used.map(([param]) => param), ...Object.keys(workspaces)];

    expect(names.filter((one) => !steps.some((text) => new RegExp(`\\b${one}\\b`).test(text)))).toEqual([]);
  },
);

test('rendering twice gives the same bytes', () => {
  expect(renderCatalog(catalog)).toEqual(rendered);
});
