import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { registriesConf } from './registries.ts';

test('loopback alone may be plain http', () => {
  const images = [
    '127.0.0.1:5000/a/b:1',
    'localhost:5001/x@sha256:0',
    '[::1]:5002/c',
    'quay.io/fedora/fedora:43',
    'fedora',
  ];

  const text = registriesConf(images, { unverified: [] });

  expect(parse(text)).toMatchObject({
    'short-name-mode': 'disabled',
    registry: [
      { location: '127.0.0.1:5000', insecure: true },
      { location: '[::1]:5002', insecure: true },
      { location: 'localhost:5001', insecure: true },
    ],
  });
});

test('another registry only when the user says so of it', () => {
  const text = registriesConf(['quay.io/a/b'], { unverified: ['registry.example.com:8443/a/b:1'] });

  expect(parse(text)).toMatchObject({
    registry: [{ location: 'registry.example.com:8443', insecure: true }],
  });
});
