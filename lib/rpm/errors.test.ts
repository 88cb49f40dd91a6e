import { expect, test } from 'vitest';
import { InvalidRepoError, InvalidRpmdbError } from './errors.ts';
import { limits } from './limits.ts';
import { InvalidMacroError } from './macros/errors.ts';

test.for([InvalidRepoError, InvalidRpmdbError, InvalidMacroError])('%o is of bad input', (Class) => {
  expect(new Class('x')).toMatchObject({ name: Class.name, kind: 'invalid' });
});

test('limits are those that are documented', () => {
  expect(limits).toMatchObject({
    database: 536_870_912,
    header: 33_554_432,
    license: 65_536,
    texts: 33_554_432,
  });
});
