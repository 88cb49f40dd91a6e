import { expect, test } from 'vitest';
import { isNoTls, whyNoAnswer } from './no-answer.ts';

const openssl = (reason: string) =>
  `write EPROTO 404DC3D5797F0000:error:0A00010B:SSL routines:tls_validate_record_header:${reason}:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:\n`;

test.for<[message: string, code: string | undefined, why: string]>([
  [openssl('wrong version number'), 'EPROTO', 'it speaks plain http there, not https (wrong version number)'],
  [openssl('http request'), 'EPROTO', 'it speaks plain http there, not https (http request)'],
  ['packet length too long', 'ERR_SSL', 'it speaks plain http there, not https (ERR_SSL)'],
  [openssl('tlsv1 alert unknown ca'), 'EPROTO', 'tlsv1 alert unknown ca'],
  ['connect ECONNREFUSED 127.0.0.1:9\n', 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9'],
  ['', 'ETIMEDOUT', 'ETIMEDOUT'],
])('%j is told on one line', ([message, code, why]) => {
  expect(whyNoAnswer({ message, code })).toBe(why);
});

test('what is no TLS is known by its text', () => {
  expect(isNoTls(openssl('wrong version number'))).toBe(true);
  expect(isNoTls(openssl('certificate verify failed'))).toBe(false);
});
