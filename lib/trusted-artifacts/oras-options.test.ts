import { expect, test } from 'vitest';
import { isInsecure } from './oras-options.ts';

test.for([
  ['--plain-http', true],
  ['--debug --insecure', true],
  ['--plain-http=true', true],
  ['--insecure=false -v', false],
  ['', false],
  [' ', false],
] as const)('ORAS_OPTIONS %j lets the store do without TLS: %s', ([options, expected]) => {
  expect(isInsecure(options)).toBe(expected);
});

test.for([
  ['--plain-http=x', '--plain-http'],
  ['--ca-file /a.pem', '--ca-file'],
  ['--ca-file=/a.pem', '--ca-file'],
  ['--plain-http --resolve a:443:127.0.0.1', '--resolve'],
  ['--registry-config x', '--registry-config'],
  ['--password=secret', '--password'],
  ['word', 'word'],
] as const)('ORAS_OPTIONS %j is refused by the name of the option, without its value', ([options, name]) => {
  expect(() => isInsecure(options)).toThrow(`ORAS_OPTIONS has ${name}, which has no meaning here`);
});
