import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, boolean, der, explicit, integer, octets, oid, sequence, set, time, utf8 } from './der.ts';

/** The authority that vouches for the API of a run, and with what it speaks TLS; all in PEM. */
export interface Authority {
  /** The certificate of the authority. Its key is kept nowhere: it signs once. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY = 24 * 3_600_000;
/** Both ends of a day, because clocks of containers are this machine's, and a run takes hours. */
const validity = (now: number) => sequence(time(new Date(now - DAY)), time(new Date(now + 7 * DAY)));
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * Makes an authority and a certificate of it for a server at 127.0.0.1 (RFC 5280, ECDSA with P-256), which also has the
 * names of a cluster's API.
 */
export function makeAuthority(): Authority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf('bootc-catalog run');
  const keyId = createHash('sha1').update(publicBytes(authority.publicKey)).digest();
  // keyCertSign is bit 5, digitalSignature bit 0 (4.2.1.3).
  const ofAuthority = [
    critical('2.5.29.19', sequence(boolean(true))),
    critical('2.5.29.15', der(0x03, Buffer.of(2, 0b0000_0100))),
    extension('2.5.29.14', octets(keyId)),
  ];
  const ofServer = [
    critical('2.5.29.19', sequence()),
    critical('2.5.29.15', der(0x03, Buffer.of(7, 0b1000_0000))),
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', sequence(...NAMES.map(dnsName), der(0x87, Buffer.of(127, 0, 0, 1)))),
    extension('2.5.29.35', sequence(der(0x80, keyId))),
  ];
  const ca = certificateOf(issuer, authority.publicKey, ofAuthority, issuer, authority.privateKey);
  const subject = nameOf('kube-apiserver');
  const certificate = certificateOf(subject, server.publicKey, ofServer, issuer, authority.privateKey);
  return { ca, certificate, key: String(server.privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/** By which programs in a cluster call its API. */
const NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
const dnsName = (name: string) => der(0x82, Buffer.from(name));

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));
}

function extension(id: string, value: Uint8Array): Buffer {
  return sequence(oid(id), octets(value));
}

/** A client that does not know the extension refuses the certificate. */
function critical(id: string, value: Uint8Array): Buffer {
  return sequence(oid(id), boolean(true), octets(value));
}

/** The point of the curve, which is the end of what says that it is one: 65 bytes, uncompressed. */
function publicBytes(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-65);
}

function certificateOf(
  subject: Uint8Array,
  publicKey: KeyObject,
  extensions: readonly Uint8Array[],
  issuer: Uint8Array,
  issuerKey: KeyObject,
): string {
  // Positive, and not the same twice (4.1.2.2).
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(serial),
    ecdsaWithSha256,
    issuer,
    validity(Date.now()),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const text = sequence(body, ecdsaWithSha256, bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}
