import { expect, test } from 'vitest';
import { holds } from './condition.ts';

const variables = new Map<string, string | number | boolean>([
  ['releasever', '43'],
  ['basearch', 's390x'],
  ['prod', false],
  ['number', 7],
]);

test.for<[expression: string, isMet: boolean | undefined]>([
  ['releasever >= 41', true],
  ['releasever < 41', false],
  ['releasever == 43', true],
  ['releasever != "43"', false],
  ['number<=7', true],
  ['number > 7', false],
  ['prod == false', true],
  ['prod == true', false],
  ['basearch != "s390x"', false],
  ["basearch == 's390x'", true],
  ['basearch < "x"', undefined],
  ['basearch > 41', undefined],
  ['osversion == "9"', undefined],
  ['constructor == "9"', undefined],
  ['prod', undefined],
  ['releasever >= 41 && prod == false', undefined],
])('%s is %s', ([expression, isMet]) => {
  expect(holds(expression, variables)).toBe(isMet);
});
