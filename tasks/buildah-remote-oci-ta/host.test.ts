import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHost } from './host.ts';

let secret: string;
beforeEach(() => {
  secret = mkdtempSync(join(tmpdir(), 'host-'));
});
afterEach(() => rmSync(secret, { recursive: true }));

const give = (keys: Readonly<Record<string, string>>) => {
  for (const [key, text] of Object.entries(keys)) writeFileSync(join(secret, key), text);
  return readHost(secret);
};

test('localhost is the pod itself', async () => {
  expect(await give({ host: 'localhost\n', otp: '' })).toEqual({
    kind: 'here',
    isPrivileged: false,
  });
});

test('a host has a key, as a file or from a server for a password that is good once', async () => {
  const host = { host: 'u-1@10.0.0.1\n', 'user-dir': '/home/u-1' };
  const expected = {
    kind: 'ssh',
    address: 'u-1@10.0.0.1',
    directory: '/home/u-1',
    knownHosts: undefined,
    patience: undefined,
  };

  expect(await give({ ...host, id_rsa: 'key' })).toEqual({
    ...expected,
    key: { kind: 'file', path: join(secret, 'id_rsa') },
  });
  expect(await give({ patience: '90' })).toMatchObject({ patience: 90_000 });
  await expect(give({ patience: 'soon' })).rejects.toThrow('patience of the host');
  rmSync(join(secret, 'patience'));
  expect(await give({ ...host, otp: 'once', 'otp-server': 'https://otp', 'otp-ca': 'pem' })).toEqual({
    ...expected,
    key: { kind: 'otp', path: join(secret, 'otp'), server: 'https://otp', ca: 'pem' },
  });
});

test("the controller's error is the failure, whatever else is there", async () => {
  await expect(give({ error: 'no\u001b[2J quota', host: 'localhost' })).rejects.toThrow(
    /has no host: no\\x1b\[2J quota|has no host: no\\u001b\[2J quota/,
  );
});

test.for<[Record<string, string>, string]>([
  [{}, 'no key host'],
  [{ host: '' }, 'an empty key host'],
  [{ host: 'u@h' }, 'no key user-dir'],
  [{ host: 'u@h', 'user-dir': '/d' }, 'no key id_rsa'],
  [{ host: 'u@h', 'user-dir': '/d', id_rsa: '\n' }, 'an empty key id_rsa'],
  [{ host: 'u@h', 'user-dir': '/d', otp: 'x' }, 'no key otp-server'],
  [{ host: 'u@h', 'user-dir': '/d', otp: 'x', 'otp-server': 'https://o' }, 'no key otp-ca'],
])('of %j the missing key is named', async ([keys, message]) => {
  await expect(give(keys)).rejects.toThrow(message);
});
