import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { catalogProblems, type DefinedCatalog, generatedFiles } from '#lib/catalog';
import { ExpectedError } from '#lib/errors';
import packageJson from '../../package.json' with { type: 'json' };
import { initCatalog } from './index.ts';

const example = join(import.meta.dirname, '../../examples/hello-catalog');
const { version } = packageJson;
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'init-'));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
});

test('examples/hello-catalog is what it writes, byte for byte', () => {
  const files = initCatalog(join(scratch, 'hello-catalog'), { version });

  const kept = execFileSync('git', ['ls-files', '.'], { cwd: example, encoding: 'utf8' }).trim().split('\n');
  expect(files).toEqual(kept.sort());
  expect(listed(join(scratch, 'hello-catalog'))).toEqual(kept.sort());
  for (const file of files) {
    expect(readFileSync(join(scratch, 'hello-catalog', file), 'utf8'), file).toBe(
      readFileSync(join(example, file), 'utf8'),
    );
  }
});

test('what is generated of the example is fresh', async () => {
  const { catalog } = (await import(join(example, 'catalog.ts'))) as { readonly catalog: DefinedCatalog };

  expect(generatedFiles(catalog).stale).toEqual([]);
  expect(catalogProblems(catalog)).toEqual([]);
});

test('another name stands everywhere', () => {
  const files = initCatalog(join(scratch, 'mine'), { version: '9.8.7' });

  const texts = files.map((file) => readFileSync(join(scratch, 'mine', file), 'utf8')).join('\n');
  expect(texts).not.toContain('hello-catalog');
  expect(texts).toContain('/usr/libexec/mine');
  expect(JSON.parse(readFileSync(join(scratch, 'mine/package.json'), 'utf8'))).toMatchObject({
    name: 'mine',
    dependencies: { 'bootc-catalog': '^9.8.7' },
  });
});

test('an empty directory is filled where it is, a new one is made with its parents, as others may read it', () => {
  const empty = join(scratch, 'empty');
  mkdirSync(empty);
  const { ino } = statSync(empty);

  initCatalog(empty, { version });
  initCatalog(join(scratch, 'a/b/new'), { version });

  expect(statSync(empty).ino).toBe(ino);
  expect(readdirSync(empty)).toContain('catalog.ts');
  expect(readdirSync(join(scratch, 'a/b'))).toEqual(['new']);
  expect(statSync(join(scratch, 'a/b/new')).mode & 0o777).toBe(0o777 & ~process.umask());
});

test.for<[string, () => string]>([
  ['a directory that is not empty', () => scratch],
  ['a file', () => join(scratch, 'kept')],
])('refuses %s, and leaves it as it is', ([, path]) => {
  writeFileSync(join(scratch, 'kept'), 'mine');

  expect(() => initCatalog(path(), { version, name: 'x' })).toThrow(ExpectedError);
  expect(readdirSync(scratch)).toEqual(['kept']);
});

test.for(['A', 'a b', 'a_b', '-a', 'a--b', 'ä', '1a', '', 'x'.repeat(51), 'bootc-catalog', 'a.b', '$(id)'])(
  'refuses the name %j, and writes nothing',
  (name) => {
    expect(() => initCatalog(join(scratch, 'x'), { version, name })).toThrow('no catalog can be called');
    expect(readdirSync(scratch)).toEqual([]);
  },
);

function listed(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
