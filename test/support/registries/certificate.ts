import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#lib/process';

/** Paths of PEM files, and the certificate's own text. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly pem: string;
}

/** A self-signed certificate for 127.0.0.1, localhost and other hosts, in a folder that is there. */
export async function createCertificate(
  folder: string,
  name = 'server',
  hosts: readonly string[] = [],
): Promise<Certificate> {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}-key.pem`);
  const names = [
    'subjectAltName=IP:127.0.0.1',
    ...['localhost', ...hosts].map((host) => `DNS:${host}`),
  ].join();
  const subject = ['-subj', `/CN=${name}`, '-addext', names, '-days', '2'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run('openssl', ['req', ...kind, '-keyout', key, '-out', certificate, ...subject]);
  return { certificate, key, pem: await readFile(certificate, 'utf8') };
}
