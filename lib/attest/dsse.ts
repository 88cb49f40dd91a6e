import { type KeyObject, sign, verify } from 'node:crypto';
import { STATEMENT_MEDIA_TYPE } from './statement.ts';

/** A signed statement (secure-systems-lab/dsse v1.0.2, envelope.md). */
export interface Envelope {
  readonly payloadType: string;
  /** Base64 of the statement's bytes. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export function signStatement(statement: object, key: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = sign('sha256', encoded(payload), key).toString('base64');
  return {
    payloadType: STATEMENT_MEDIA_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: '', sig }],
  };
}

/** Whether one of the signatures is by the key. */
export function isSignedBy({ payload, signatures }: Envelope, key: KeyObject): boolean {
  const signed = encoded(Buffer.from(payload, 'base64'));
  return signatures.some(({ sig }) => verify('sha256', signed, key, Buffer.from(sig, 'base64')));
}

/** PAE (protocol.md). */
function encoded(payload: Buffer): Buffer {
  const head = `DSSEv1 ${STATEMENT_MEDIA_TYPE.length} ${STATEMENT_MEDIA_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
