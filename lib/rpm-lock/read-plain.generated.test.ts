import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { generatedRuns, randomFrom } from '#test/generated';
import { readPlain } from './read-plain.ts';

const keys = [
  'url',
  'repoid',
  'size',
  'evr',
  'yes',
  'n',
  'null',
  'arch',
  '__proto__',
  '1',
  'a b',
  '"k"',
  'x_y',
];
const usual = [
  'https://example.com/a/b-1.2-3.fc43.x86_64.rpm',
  'https://example.com:8443/%5Ea~b+c',
  'sha256:0a1b',
  'fedora',
  '1.54.1-1.fc43',
  '5:1.2~rc1-3.el9_4',
  '1234',
  '[]',
];
const odd = [
  'yes',
  'No',
  'y',
  'null',
  '~',
  'on',
  '0',
  '007',
  '0x1f',
  '1_000',
  '1:30',
  '1e5',
  '1.5',
  '.inf',
  '2024-01-01',
  "'1'",
  '"a"',
  'a # b',
  'a #b',
  'a:',
  'a: b',
  '&a x',
  '*a',
  '!x y',
  '|',
  '>',
  '{}',
  '[a]',
  '@a',
  '%a',
  '- a',
  '12345678901234567890',
  '1.fc4',
  'a\r',
  'a\tb',
  'é',
  '?',
  '-',
  '--- ',
  'x,y',
  'x]',
  '+1',
  '-1',
  '1-2.fc43:',
];

for (const { count, seed, isFixed, record } of generatedRuns('locks of RPMs read plainly', {
  soak: 200_000,
  ci: 10_000,
  test: 1_000,
})) {
  const name = isFixed ? 'the seed that stays' : `the seed ${seed}`;
  test(`what is read plainly is what the reader of all YAML gives, with ${name}`, () => {
    const random = randomFrom(seed);
    let plain = 0;
    for (let index = 0; index < count; index++) {
      const text = someText(random);
      const value = readPlain(text);
      if (value === undefined) continue;
      plain++;
      const document = parseDocument(text, { version: '1.1' });

      expect({ text, errors: document.errors }).toEqual({ text, errors: [] });
      expect({ text, value }).toEqual({ text, value: document.toJS() });
    }

    expect(plain).toBeGreaterThan(count / 10);
    record({ cases: count, against: 'the package yaml', found: `${plain} were read plainly, all alike` });
  });
}

function someText(random: () => number): string {
  const oneOf = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const oddity = random() < 0.5 ? 0 : 0.1;
  const key = () => (random() < oddity ? oneOf(keys) : oneOf(keys.slice(0, 4)));
  const value = () => (random() < oddity ? oneOf(odd) : oneOf(usual));
  const shift = () => (random() < oddity ? ' ' : '');
  const mapping = (indent: string, depth: number): string[] => {
    const chosen = new Set(Array.from({ length: 1 + random() * 3 }, key));
    if (random() < oddity) return [`${indent}${key()}: ${value()}`, `${indent}${key()}: ${value()}`];
    return [...chosen].flatMap((one) => {
      if (depth === 0 || random() < 0.5) return [`${indent}${one}: ${value()}${shift()}`];
      const inner = `${indent}${random() < 0.5 ? '  ' : ''}${shift()}`;
      const items = Array.from({ length: 1 + random() * 2 }, () =>
        mapping(`${inner}  `, depth - 1).map((row, at) => (at === 0 ? `${inner}- ${row.trimStart()}` : row)),
      );
      return [`${indent}${one}:${shift()}`, ...items.flat(), ...(random() < oddity ? [''] : [])];
    });
  };
  return `${random() < 0.5 ? '---\n' : ''}${mapping('', 2).join('\n')}\n`;
}
