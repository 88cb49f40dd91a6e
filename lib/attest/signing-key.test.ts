import { createPublicKey, generateKeyPairSync, randomBytes, scryptSync, sign, verify } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { expect, test } from 'vitest';
import { readSigningKey } from './signing-key.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** As cosign encrypts a key, with less work than its own. */
function sealed(password: string): string {
  const salt = randomBytes(32);
  const nonce = randomBytes(24);
  const params = { N: 1024, r: 8, p: 1 };
  const key = scryptSync(password, salt, 32, params);
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  const box = {
    kdf: { name: 'scrypt', params, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(xsalsa20poly1305(key, nonce).encrypt(der)).toString('base64'),
  };
  const body = Buffer.from(JSON.stringify(box)).toString('base64');
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${body.replace(/.{64}/g, '$&\n')}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

test.for<[form: string, pem: string]>([
  ['an encrypted one', sealed('word')],
  ['PKCS#8', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
  ['SEC 1', privateKey.export({ format: 'pem', type: 'sec1' }).toString()],
])('reads %s', async ([, pem]) => {
  const key = await readSigningKey(pem, 'word');

  expect(verify('sha256', Buffer.from('x'), publicKey, sign('sha256', Buffer.from('x'), key))).toBe(true);
  expect(createPublicKey(key).equals(publicKey)).toBe(true);
});

test.for<[what: string, pem: string, message: string]>([
  ['a wrong password', sealed('other'), 'cannot be decrypted'],
  ['a damaged box', sealed('word').replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), 'is damaged'],
  ['a public key', publicKey.export({ format: 'pem', type: 'spki' }).toString(), 'no private key'],
  ['anything', 'SECRET', 'no private key'],
])('refuses %s, and tells nothing of it', async ([, pem, message]) => {
  const error = await readSigningKey(pem, 'word').then(
    () => undefined,
    (problem: unknown) => problem as Error,
  );

  expect(error).toMatchObject({ name: 'SigningKeyError', message: expect.stringContaining(message) });
  expect(`${error?.message} ${error?.stack}`).not.toMatch(/SECRET|word/);
});
