import { generateKeyPairSync, sign } from 'node:crypto';
import { canonical, derOf, sha256 } from './canonical.ts';

/** An entry of `dsse` 0.0.1, as a client proposes it. */
interface Proposed {
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
  };
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string }[];
}

/**
 * Stands in for Rekor: a log for each entry, which is its only one, so that the root of the tree is the entry's own hash.
 * What it answers holds for whoever verifies it (sigstore/rekor, openapi.yaml; C2SP tlog-checkpoint).
 */
export function standInRekor() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = derOf(publicKey);
  const logId = sha256(key);
  const signed = (text: string) => sign('sha256', Buffer.from(text), privateKey);
  return {
    /** As a trusted root names it. */
    instance: {
      baseUrl: 'http://127.0.0.1',
      hashAlgorithm: 'SHA2_256',
      logId: { keyId: logId.toString('base64') },
      publicKey: {
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        rawBytes: key.toString('base64'),
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
    },
    /** The answer, and the id by which its ETag names the entry in it. */
    add(proposed: Proposed): { readonly id: string; readonly answer: object } {
      const { envelope, verifiers } = proposed.spec.proposedContent;
      const { payload, signatures } = JSON.parse(envelope) as Envelope;
      const hashOf = (content: string | Uint8Array) => ({
        algorithm: 'sha256',
        value: sha256(content).toString('hex'),
      });
      const entry = canonical({
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: {
          envelopeHash: hashOf(envelope),
          payloadHash: hashOf(Buffer.from(payload, 'base64')),
          signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
        },
      });
      const body = Buffer.from(entry).toString('base64');
      const integratedTime = Math.floor(Date.now() / 1000);
      const set = signed(canonical({ body, integratedTime, logID: logId.toString('hex'), logIndex: 0 }));
      const leaf = sha256(Buffer.concat([Buffer.from([0]), Buffer.from(entry)]));
      const id = leaf.toString('hex');
      const inclusionProof = {
        checkpoint: checkpoint(leaf),
        hashes: [],
        logIndex: 0,
        rootHash: id,
        treeSize: 1,
      };
      const verification = { inclusionProof, signedEntryTimestamp: set.toString('base64') };
      const logged = { body, integratedTime, logID: logId.toString('hex'), logIndex: 0, verification };
      return { id, answer: { [id]: logged } };
    },
  };

  /** A note of the size and the root of the tree, with a signature named by the first bytes of the key's hash. */
  function checkpoint(root: Buffer): string {
    const note = `stand-in - 1\n1\n${root.toString('base64')}\n`;
    const signature = Buffer.concat([logId.subarray(0, 4), signed(note)]).toString('base64');
    return `${note}\n— stand-in ${signature}\n`;
  }
}
