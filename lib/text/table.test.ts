import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell', () => {
  expect(
    table(
      ['name', 'time', 'state'],
      [
        ['a', '10.0', 'done'],
        ['a-long-one', '1.0', ''],
      ],
      { right: [1] },
    ),
  ).toBe(`name        time  state
a           10.0  done
a-long-one   1.0
`);
});

test('no cell writes a line of its own', () => {
  expect(table(['name'], [['a\nb'], ['\u001b[2J']])).toBe('name\na\\nb\n\\u001b[2J\n');
});
