import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** The layers that each layer may import. ARCHITECTURE.md shows this table; a new arrow is a decision, so it is made here. */
const mayImport: Record<string, readonly string[]> = {
  'lib/text': [],
  'lib/errors': ['lib/text'],
  'lib/http': ['lib/text', 'lib/errors'],
  'lib/process': ['lib/text', 'lib/errors'],
  'lib/tekton': ['lib/text', 'lib/errors'],
  'lib/oci': ['lib/text', 'lib/errors', 'lib/http', 'lib/process'],
  'lib/rpm': ['lib/text', 'lib/errors', 'lib/process'],
  'lib/compose': ['lib/text', 'lib/errors', 'lib/http', 'lib/rpm'],
  'lib/compose-fixture': ['lib/text', 'lib/errors', 'lib/process', 'lib/compose'],
  'lib/registry': ['lib/text', 'lib/errors', 'lib/process'],
  'lib/rootfs': ['lib/text', 'lib/errors'],
  'lib/sanity': ['lib/text', 'lib/errors', 'lib/oci', 'lib/rpm', 'lib/compose', 'lib/rootfs', 'lib/konflux'],
  'lib/step': ['lib/text', 'lib/errors', 'lib/process', 'lib/tekton', 'lib/oci'],
  'lib/step-testing': ['lib/process', 'lib/step', 'lib/tekton'],
  'lib/init': ['lib/text', 'lib/errors'],
  'lib/konflux': ['lib/text', 'lib/errors', 'lib/tekton', 'lib/oci'],
  'lib/catalog': ['lib/text', 'lib/errors', 'lib/process', 'lib/tekton'],
  'lib/bundle-steps': ['lib/text', 'lib/errors', 'lib/process', 'lib/tekton', 'lib/catalog'],
  'lib/bundle': ['lib/text', 'lib/errors', 'lib/tekton', 'lib/oci', 'lib/rootfs'],
  'lib/sbom': ['lib/text', 'lib/errors', 'lib/oci', 'lib/rpm', 'lib/rootfs'],
  'lib/attest': ['lib/text', 'lib/errors', 'lib/oci'],
  'lib/versions': ['lib/text', 'lib/errors', 'lib/process', 'lib/tekton', 'lib/catalog'],
  'lib/publish': [
    'lib/text',
    'lib/errors',
    'lib/process',
    'lib/tekton',
    'lib/oci',
    'lib/catalog',
    'lib/bundle',
    'lib/sbom',
    'lib/attest',
    'lib/versions',
  ],
  'lib/runs': ['lib/text', 'lib/tekton'],
  'lib/local': [
    'lib/text',
    'lib/errors',
    'lib/http',
    'lib/runs',
    'lib/process',
    'lib/tekton',
    'lib/oci',
    'lib/bundle',
  ],
  'lib/cli': ['lib/*', 'package.json'],
  tasks: [
    'lib/text',
    'lib/errors',
    'lib/process',
    'lib/tekton',
    'lib/oci',
    'lib/rpm',
    'lib/compose',
    'lib/konflux',
    'lib/sanity',
    'lib/step',
  ],
  pipelines: ['lib/tekton', 'lib/konflux', 'tasks'],
  bundles: ['lib/tekton', 'lib/catalog', 'pipelines', 'tasks', 'package.json'],
};

const root = resolve(import.meta.dirname, '..');
const sources = Object.keys(mayImport)
  .filter((directory) => existsSync(join(root, directory)))
  .flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(directory, file),
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));

test('every folder of lib is in the table', () => {
  const folders = readdirSync(join(root, 'lib')).map((folder) => `lib/${folder}`);

  expect(folders.filter((folder) => !(folder in mayImport))).toEqual([]);
});

test.for(sources)('%s imports only what its layer may', (file) => {
  const layer = layerOf(file);
  const allowed = mayImport[layer] ?? [];

  const forbidden = importsOf(file).filter((target) => {
    const other = layerOf(target);
    // What two tasks share lives in lib.
    if (layer === 'tasks' && other === 'tasks') return folderOf(target) !== folderOf(file);
    if (other === layer || allowed.includes(other)) return false;
    return !(allowed.includes('lib/*') && other.startsWith('lib/'));
  });

  expect(forbidden).toEqual([]);
});

test('a pipeline sees the definition of a task, never its steps', () => {
  const imports = sources.filter((file) => file.startsWith('pipelines/')).flatMap(importsOf);

  expect(imports.filter((path) => path.startsWith('tasks/') && !path.endsWith('/task.ts'))).toEqual([]);
});

test("Tekton's language is pure: it imports itself and the types of the API, and no package", () => {
  const files = sources.filter((file) => file.startsWith('lib/tekton/language/'));
  const others = files.flatMap(importsOf).filter((path) => !path.startsWith('lib/tekton/language/'));
  const packages = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/from '(?<name>[^.'][^']*)'/g)].map(
      ([match]) => match,
    ),
  );

  expect(files.length).toBeGreaterThan(5);
  expect([...new Set(others)]).toEqual(['lib/tekton/objects/api.gen.ts']);
  expect(packages).toEqual([]);
});

test.for(sources.filter((file) => /^(?:tasks|pipelines|bundles)\//.test(file)))('%s has no cast', (file) => {
  const source = readFileSync(join(root, file), 'utf8');
  // Types become blanks, so what stands there alone is a cast and no word of a text.
  const stripped = stripTypeScriptTypes(source);
  const casts = [...source.matchAll(/\bas\b(?!\s+const\b).*/g)].filter(
    ({ index }) => stripped[index] === ' ',
  );
  const lines = casts.map(
    ({ index }) => source.slice(source.lastIndexOf('\n', index) + 1).split('\n')[0] ?? '',
  );

  expect(
    lines.filter((line) => !/^(?:import\b|export (?:type )?[{*]|\s*(?:\/\*|\*|\/\/))/.test(line)),
  ).toEqual([]);
});

/** An index is a door: it lists names, of any floor. */
const floorsOfTekton: Record<string, readonly string[]> = {
  language: ['objects'],
  objects: ['language'],
  rules: ['objects', 'language'],
  lint: ['objects', 'language', 'rules'],
  builders: ['objects', 'language', 'rules'],
};

test.for(Object.entries(floorsOfTekton))('lib/tekton/%s stands on its floors alone', ([floor, allowed]) => {
  const files = sources.filter(
    (file) => file.startsWith(`lib/tekton/${floor}/`) && file !== 'lib/tekton/objects/index.ts',
  );
  const floors = files.flatMap(importsOf).filter((path) => path.startsWith('lib/tekton/'));

  expect(files.length).toBeGreaterThan(1);
  expect(floors.filter((path) => ![floor, ...allowed].includes(path.split('/')[2] ?? ''))).toEqual([]);
});

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const targets = [...text.matchAll(/(?:from|import\()\s*'(?<target>[.#][^']+)'/g)].map(
    ({ groups }) => groups?.target ?? '',
  );
  return targets.map((target) =>
    target.startsWith('#') ? target.slice(1) : relative(root, resolve(root, file, '..', target)),
  );
}

function layerOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('lib/') ? 2 : 1)
    .join('/');
}

function folderOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
