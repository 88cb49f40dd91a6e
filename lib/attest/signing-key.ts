import { createPrivateKey, type KeyObject, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import * as z from 'zod';
import { SigningKeyError } from './errors.ts';

const Encrypted = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({ N: z.number().max(2 ** 20), r: z.number().max(32), p: z.number().max(16) }),
    salt: z.base64(),
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: z.base64() }),
  ciphertext: z.base64(),
});

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/**
 * Reads a private key: what `cosign generate-key-pair` writes (sigstore/sigstore, pkg/cryptoutils and
 * secure-systems-lab/go-securesystemslib, encrypted), or PKCS#8 or SEC 1 in PEM without a password.
 *
 * @throws {SigningKeyError} that never says anything of the key or the password
 */
export async function readSigningKey(pem: string, password: string): Promise<KeyObject> {
  const [, label = '', body = ''] =
    /^-----BEGIN ([A-Z0-9 ]+)-----\s([\sA-Za-z0-9+/=]+)-----END \1-----\s*$/.exec(pem.trim()) ?? [];
  if (/^ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY$/.test(label)) return decrypt(body, password);
  try {
    return createPrivateKey(pem);
  } catch {
    throw new SigningKeyError('this is no private key that can be read', {
      hint: 'give cosign.key of cosign generate-key-pair, or an unencrypted key in PEM',
    });
  }
}

async function decrypt(body: string, password: string): Promise<KeyObject> {
  const box = parseBox(body);
  const { salt, params } = box.kdf;
  const { N, r, p } = params;
  try {
    const key = await derive(password, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: 256 * N * r });
    const nonce = Buffer.from(box.cipher.nonce, 'base64');
    const der = xsalsa20poly1305(key, nonce).decrypt(Buffer.from(box.ciphertext, 'base64'));
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    throw new SigningKeyError('the private key cannot be decrypted', {
      hint: 'COSIGN_PASSWORD holds its password',
    });
  }
}

function parseBox(body: string): z.infer<typeof Encrypted> {
  try {
    return Encrypted.parse(JSON.parse(Buffer.from(body, 'base64').toString()));
  } catch {
    throw new SigningKeyError(
      'the encrypted private key is damaged, or of a form that cosign does not write',
    );
  }
}
