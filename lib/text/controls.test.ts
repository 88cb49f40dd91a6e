import { expect, test } from 'vitest';
import { withoutControls } from './controls.ts';

test.for<[string, string]>([
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b[2J\u001b[?25lgone', 'gone'],
  ['\u001b]0;title\u0007after', 'after'],
  ['10%\r20%', '10%20%'],
  ['a\tb\nc', 'a\tb\nc'],
  ['a\u0000\u0008\u007f\u009bb', 'ab'],
  ['é✓', 'é✓'],
])('%j is %j', ([text, plain]) => {
  expect(withoutControls(text)).toBe(plain);
});
