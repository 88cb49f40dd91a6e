import { expect, test } from 'vitest';
import { sameIds } from './namespaces.ts';

test('every id but the last of all becomes itself, so that programs know where they are', () => {
  expect(sameIds('         0          0 4294967295\n')).toBe('0 0 4294967294\n');
});

test('within a map, what is in it becomes itself', () => {
  expect(sameIds('         0       1000          1\n         1     100000      65536\n')).toBe(
    '0 0 1\n1 1 65536\n',
  );
});
