import { expect, test } from 'vitest';
import { TlsVerify } from './tls-verify.ts';

test('certificates are verified unless somebody says otherwise', () => {
  expect(TlsVerify.parse(undefined)).toBe(true);
  expect(TlsVerify.parse('true')).toBe(true);
  expect(TlsVerify.parse('false')).toBe(false);
  expect(TlsVerify.safeParse('').success).toBe(false);
});
