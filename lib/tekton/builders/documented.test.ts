import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');

/** What the door of lib/tekton gives to whoever writes a catalog: names by file, types left out. */
const exported = [
  ...read('../index.ts').matchAll(/^export \{(?<names>[^}]*)\} from '\.\/builders\/(?<file>[^']+)';$/gm),
].flatMap(({ groups }) =>
  (groups?.names ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => [name, groups?.file ?? ''] as const),
);

test('there are some', () => {
  expect(exported.map(([name]) => name)).toEqual(
    expect.arrayContaining(['defineTask', 'definePipeline', 'Flag', 'text']),
  );
});

test.for(exported)('an editor has a word on %s', ([name, file]) => {
  const lines = read(file).split('\n');
  const at = lines.findIndex((line) => new RegExp(`^export (?:const|function) ${name}\\b`).test(line));

  expect(at, `${name} in ${file}`).toBeGreaterThan(0);
  expect(lines[at - 1]).toMatch(/\*\/$/);
});
