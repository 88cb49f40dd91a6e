import { expect, test } from 'vitest';
import { expand } from './expand.ts';

const environment = new Map([
  ['A', '1'],
  ['EMPTY', ''],
]);

// Cases of k8s.io/kubernetes third_party/forked/golang/expansion/expand_test.go.
test.for([
  ['$(A)', '1'],
  ['___$(A)___', '___1___'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$(EMPTY)|', '|'],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$A $', '$A $'],
  ['$(A', '$(A'],
  ['cost: $$5', 'cost: $5'],
])('%s becomes %s', ([text, expected]) => {
  expect(expand(text ?? '', environment)).toBe(expected);
});
