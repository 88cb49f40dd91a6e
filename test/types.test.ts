import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const source = readFileSync(join(import.meta.dirname, 'types.ts'), 'utf8');
const expected = source.match(/\/\/ @ts-expect-error/g) ?? [];

test('what must not compile does not, and says why', async () => {
  // A copy without the directives: each of its errors comes out.
  const folder = join(root, 'dist', `types-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const naked = source
    .replaceAll('// @ts-expect-error', '// expected:')
    .replaceAll("'../lib/", `'${root}/lib/`);
  writeFileSync(join(folder, 'naked.ts'), naked);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      include: [join(import.meta.dirname, 'types.ts'), 'naked.ts'],
      exclude: [],
    }),
  );

  const { stdout } = await execa('tsc', ['--pretty', 'false', '--project', folder], { reject: false });

  const errors = stdout.split('\n').filter((line) => /^\S.*error TS/.test(line));
  expect(errors.filter((line) => !line.includes('naked.ts'))).toEqual([]);
  expect(errors.length).toBeGreaterThanOrEqual(expected.length);
  expect(expected.length).toBeGreaterThan(40);
  for (const sentence of ['no step writes the result url', 'there is no volume wrok']) {
    expect(stdout).toContain(sentence);
  }
});
