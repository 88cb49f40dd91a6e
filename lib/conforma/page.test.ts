import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { leftOut, rules } from './index.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'conforma.md'), 'utf8');
const [held = '', others = ''] =
  page.split('## Rules that are held')[1]?.split('## Rules that are left out') ?? [];
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| [a-z]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', said = '']) => [name, said] as const)
    .filter(([name]) => !['package', 'rule or package'].includes(name));

test('the page lists the rules that are held, and what they are of', () => {
  const told = rowsOf(held).flatMap(([group, list]) => list.split(', ').map((rule) => `${group}.${rule}`));
  const real = rules.map(
    ({ name, warns, collections }) =>
      `${name}${warns === true ? ' (warns)' : ''}${collections.includes('slsa3') ? ' ¹' : ''}`,
  );

  expect(told.toSorted()).toEqual(real.toSorted());
});

test('the page lists the rules that are left out, and why', () => {
  expect(Object.fromEntries(rowsOf(others))).toEqual(leftOut);
});

test('the page says of each exception of the policy why it is there', () => {
  const policy = parse(readFileSync(join(docs, 'conforma/fedora-bootc.yaml'), 'utf8')) as {
    readonly sources: readonly { readonly config: { readonly exclude: readonly string[] } }[];
  };
  const exceptions = policy.sources.flatMap(({ config }) => config.exclude);
  const known = [...rules.map(({ name }) => name), ...Object.keys(leftOut)];

  expect(exceptions.length).toBeGreaterThan(0);
  for (const exception of exceptions) {
    const rule = exception.split(':')[0] ?? '';
    expect(page.split('## Rules that are held')[0]).toContain(`\`${exception}\``);
    expect(
      known.some((name) => name === rule || rule.startsWith(`${name}.`)),
      rule,
    ).toBe(true);
  }
});
