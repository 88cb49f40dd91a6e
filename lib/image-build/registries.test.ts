import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { registriesConf } from './registries.ts';

test('loopback alone may be plain http, on any port', () => {
  expect(parse(registriesConf([]))).toEqual({
    'short-name-mode': 'disabled',
    'unqualified-search-registries': [],
    registry: [
      { location: '127.0.0.1', insecure: true },
      { location: '[::1]', insecure: true },
      { location: 'localhost', insecure: true },
    ],
  });
});

test.for([
  ['127.0.0.2:5000/a/b:1', ['127.0.0.2']],
  ['docker://127.9.9.9/x@sha256:0', ['127.9.9.9']],
  ['quay.io/fedora/fedora:43', []],
  ['127.0.0.1.example.com/a', []],
  ['fedora', []],
  ['127.0.0.3', []],
  ['x://127.0.0.3/a', []],
  ['a/127.0.0.3/b', []],
  ['', []],
] as const)('of what a build argument names, %s, loopback is added', ([reference, added]) => {
  const { registry } = parse(registriesConf([reference])) as { registry: { location: string }[] };

  expect(registry.map(({ location }) => location)).toEqual(
    [...added, '127.0.0.1', '[::1]', 'localhost'].sort(),
  );
});
