import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#lib/process';

/** What a client asks a certificate for. */
interface Request {
  readonly publicKeyRequest: { readonly publicKey: { readonly content: string } };
}

/**
 * Stands in for Fulcio: an authority that gives a certificate to any key, for the subject that the token names. It trusts
 * every token; the real one asks the issuer.
 */
export async function standInFulcio(folder: string) {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => run('openssl', args);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const own = ['-subj', '/O=stand-in/CN=fulcio', '-days', '2', '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...newKey, ...own, '-keyout', path('ca.key'), '-out', path('ca.pem'));
  const ca = await readFile(path('ca.pem'), 'utf8');
  const rawBytes = new X509Certificate(ca).raw.toString('base64');
  return {
    /** As a trusted root names it. */
    authority: {
      certChain: { certificates: [{ rawBytes }] },
      subject: { commonName: 'fulcio', organization: 'stand-in' },
      uri: 'http://127.0.0.1',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    async issue(token: string, { publicKeyRequest }: Request): Promise<object> {
      const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
        sub: string;
      };
      const extensions = [
        'basicConstraints=critical,CA:FALSE',
        'keyUsage=critical,digitalSignature',
        'extendedKeyUsage=codeSigning',
        `subjectAltName=critical,URI:https://kubernetes.io/${sub}`,
        '1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:https://issuer',
      ];
      await writeFile(path('public.pem'), publicKeyRequest.publicKey.content);
      await writeFile(path('extensions'), `${extensions.join('\n')}\n`);
      const request = ['-subj', '/', '-keyout', path('unused.key'), '-out', path('request.pem')];
      await openssl('req', '-new', ...newKey, ...request);
      const key = ['-in', path('request.pem'), '-force_pubkey', path('public.pem'), '-days', '1'];
      const by = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial'];
      const what = ['-extfile', path('extensions'), '-out', path('leaf.pem')];
      await openssl('x509', '-req', ...key, ...by, ...what);
      const leaf = await readFile(path('leaf.pem'), 'utf8');
      return { signedCertificateEmbeddedSct: { chain: { certificates: [leaf, ca] } } };
    },
  };
}
