import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { basicAuthorization, hasUserinfo, parseAddress, withoutLogins, withoutUserinfo } from './address.ts';

test.for<[text: string, without: string]>([
  ['https://user:secret@host/x', 'https://host/x'],
  ['sha256-00https://user:secret@host/x', 'sha256-00https://host/x'],
  [`${'a'.repeat(64)}https://user:sec/ret@host/x`, `${'a'.repeat(64)}https://host/x`],
  ['https://token@host/x', 'https://host/x'],
  ['https://user:a@b@host/x', 'https://host/x'],
  ['http://u:a/SECRET@h/', 'http://h/'],
  ['http://u:a?SECRET@h/', 'http://h/'],
  ['http://u:1/SE:CR@ET@h/', 'http://u:1/SE:CR@ET@h/'],
  ['git+ssh://git:x@h/r', 'git+ssh://h/r'],
  ['see http://a:b@c/d and http://e:f@g.', 'see http://c/d and http://g.'],
  ['http://127.0.0.1:5000/a@sha256:0', 'http://127.0.0.1:5000/a@sha256:0'],
  ['http://host/a@b', 'http://host/a@b'],
  ['git@host:path', 'git@host:path'],
  ['quay.io/a/b:1@sha256:00', 'quay.io/a/b:1@sha256:00'],
])('of %s stays %s', ([text, without]) => {
  expect(withoutUserinfo(text)).toBe(without);
  expect(hasUserinfo(text)).toBe(text !== without);
});

test('an address is taken apart, and its userinfo decoded', () => {
  const address = parseAddress('https://us%40er:p%3Aw%25@host:81/x?y');

  expect(address?.url.href).toBe('https://host:81/x?y');
  expect(address?.userinfo).toEqual({ username: 'us@er', password: 'p:w%' });
  expect(parseAddress('https://host')?.userinfo).toBeUndefined();
  expect(parseAddress('http://u:a/b@h')).toBeUndefined();
  expect(basicAuthorization({ username: 'a', password: 'b' })).toBe('Basic YTpi');
});

test('whatever a parser of URLs takes for userinfo is taken out', () => {
  const part = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', ':', '@', '%', '&', '=', '+', '$', '!', '*', '(', ')'),
  });
  fc.assert(
    fc.property(part, part, (username, password) => {
      const text = `http://${username}:${password}@host.example/a/b@c`;
      const parsed = URL.parse(text);
      if (parsed?.hostname !== 'host.example') return;
      expect(withoutUserinfo(text)).toBe('http://host.example/a/b@c');
    }),
  );
});

test.for<[text: string, without: string]>([
  ['user:secret@host.example/x', '***@host.example/x'],
  ['no "user:secret@[::1]:5000/x"', 'no "***@[::1]:5000/x"'],
  ['user:secret@localhost:5000/x', '***@localhost:5000/x'],
  ['expected registry/repository[:tag][@digest]', 'expected registry/repository[:tag][@digest]'],
  ['quay.io/a/b:1@sha256:00.x', 'quay.io/a/b:1@sha256:00.x'],
])('%s is told as %s', ([text, without]) => {
  expect(withoutLogins(text)).toBe(without);
});
