import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isShare } from '#test/share';
import { toYaml } from './yaml.ts';

test.for([
  'y',
  'n',
  'no',
  'on',
  'Yes',
  'off',
  '012',
  '0o17',
  '1:30',
  '1_000',
  '0x1f',
  '1e3',
  '.5',
  '1.10',
  'null',
  '~',
  '2026-11-23',
  '=',
  '<<',
  'true',
  '',
  ' ',
  '.inf',
  '0b11',
  '+1',
  '-',
  '190:20:30',
  '1.2.3',
])('the string %j is a string to every reader', (text) => {
  const yaml = toYaml({ [text]: text, list: [text] });

  for (const version of ['1.1', '1.2'] as const) {
    expect(parse(yaml, { version })).toEqual({ [text]: text, list: [text] });
  }
});

test('any object reads the same by YAML 1.1 and 1.2', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[-+0-9a-z_.:# \n\t&*!|>'"%@`{}[\],?]*$/),
  );
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.array(tie('node')),
      fc.dictionary(text, tie('node')),
    ),
  })).node;

  fc.assert(
    fc.property(fc.dictionary(text, value), (object) => {
      const yaml = toYaml(object);

      expect(parse(yaml, { version: '1.1' })).toEqual(object);
      expect(parse(yaml, { version: '1.2' })).toEqual(object);
    }),
    { numRuns: isShare ? 60 : 300 },
  );
});

test('what a terminal does not show is escaped, in keys and texts of many lines, too', () => {
  const text = 'a\u202eb\u200b\u{e0001}\u009b\u2028 é';
  const object = { [text]: [text, `one\ntwo ${text}\n`] };

  const yaml = toYaml(object);

  expect(parse(yaml)).toEqual(object);
  expect(yaml).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
});

test('is the same for equal objects, and keeps a script readable', () => {
  const shared = { name: 'x' };

  const yaml = toYaml({ a: shared, b: shared, script: '#!/bin/sh\nset -e\n' });

  expect(yaml).toBe('a:\n  name: x\nb:\n  name: x\nscript: |\n  #!/bin/sh\n  set -e\n');
});
