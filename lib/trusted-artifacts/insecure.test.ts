import { expect, test } from 'vitest';
import { isInsecure } from './insecure.ts';

test.for([
  ['--plain-http', true],
  ['--debug --insecure', true],
  ['', false],
  ['--plain-http=x', false],
] as const)('ORAS_OPTIONS %j lets the store do without TLS: %s', ([options, expected]) => {
  expect(isInsecure(options)).toBe(expected);
});
