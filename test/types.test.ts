import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folder = join(import.meta.dirname, 'types');
const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
const expected = sources.flatMap(({ text }) => text.match(/\/\/ @ts-expect-error/g) ?? []);

test('what must not compile does not, and says why', async () => {
  // Copies without the directives: each of their errors comes out.
  const copies = join(root, 'dist', `types-${process.pid}`);
  mkdirSync(copies, { recursive: true });
  onTestFinished(() => rmSync(copies, { recursive: true }));
  for (const { name, text } of sources) {
    const naked = text
      .replaceAll('// @ts-expect-error', '// expected:')
      .replaceAll("'../../lib/", `'${root}/lib/`);
    writeFileSync(join(copies, name), naked);
  }
  writeFileSync(
    join(copies, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [folder, '.'], exclude: [] }),
  );

  const { stdout } = await execa('tsc', ['--pretty', 'false', '--project', copies], { reject: false });

  const errors = stdout.split('\n').filter((line) => /^\S.*error TS/.test(line));
  expect(errors.filter((line) => !line.includes(`types-${process.pid}/`))).toEqual([]);
  expect(errors.length).toBeGreaterThanOrEqual(expected.length);
  expect(expected.length).toBeGreaterThan(40);
  for (const sentence of ['no step writes the result url', 'there is no volume wrok']) {
    expect(stdout).toContain(sentence);
  }
});
