import { generateKeyPairSync, sign } from 'node:crypto';
import { canonical, sha256 } from './canonical.ts';

const EXPIRES = '2099-01-01T00:00:00Z';

/**
 * Stands in for the TUF repository of a Sigstore: files by path, of one target, `trusted_root.json`. It is one that a TUF
 * client accepts (theupdateframework.github.io, specification 1.0.31, with consistent snapshots).
 */
export function standInTuf(trustedRoot: object): ReadonlyMap<string, string> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = {
    keytype: 'ed25519',
    keyval: { public: Buffer.from(x, 'base64url').toString('hex') },
    scheme: 'ed25519',
  };
  const keyid = sha256(canonical(key)).toString('hex');
  const signed = (type: string, content: object): string => {
    const body = { _type: type, expires: EXPIRES, spec_version: '1.0.31', version: 1, ...content };
    const sig = sign(null, Buffer.from(canonical(body)), privateKey).toString('hex');
    return JSON.stringify({ signed: body, signatures: [{ keyid, sig }] });
  };
  const target = JSON.stringify(trustedRoot);
  const hash = sha256(target).toString('hex');
  const role = { keyids: [keyid], threshold: 1 };
  const root = signed('root', {
    consistent_snapshot: true,
    keys: { [keyid]: key },
    roles: { root: role, snapshot: role, targets: role, timestamp: role },
  });
  const targets = signed('targets', {
    targets: { 'trusted_root.json': { hashes: { sha256: hash }, length: Buffer.byteLength(target) } },
  });
  const snapshot = signed('snapshot', { meta: { 'targets.json': { version: 1 } } });
  const timestamp = signed('timestamp', { meta: { 'snapshot.json': { version: 1 } } });
  return new Map([
    ['/root.json', root],
    ['/1.root.json', root],
    ['/timestamp.json', timestamp],
    ['/1.snapshot.json', snapshot],
    ['/1.targets.json', targets],
    [`/targets/${hash}.trusted_root.json`, target],
  ]);
}
