import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostAddress, parseHostAddress } from './address.ts';
import { InvalidHostError } from './errors.ts';

/** How ssh gets to a host: all that it reads is in one directory of ours. */
export interface Access extends Disposable {
  /** As it was given, for messages. */
  readonly name: string;
  readonly address: HostAddress;
  /** ssh runs here: it finds `key` and `known_hosts`, whatever characters the path has. */
  readonly directory: string;
  /** Whether its key must be in `known_hosts` before the first connection. */
  readonly isKnown: boolean;
}

export interface AccessOptions {
  /** `user@host[:port]` */
  readonly address: string;
  /** File of the private key, in any form that ssh reads; or its text, as `exchangeOtp` gives it. */
  readonly identity: string | { readonly text: string };
  /** A known_hosts file that must have the host's key; without one the first key that it shows counts for the run. */
  readonly knownHosts?: string | undefined;
}

/**
 * Copies what ssh needs: a key in a Secret's volume may be readable by others, which ssh refuses, and may lack the newline
 * at its end.
 *
 * @throws {InvalidHostError} for an address that is none, or a file that cannot be read
 */
export function openAccess({ address, identity, knownHosts }: AccessOptions): Access {
  const parsed = parseHostAddress(address);
  const text = typeof identity === 'string' ? readOrRefuse(identity, 'the key', address) : identity.text;
  const key = text.trimEnd();
  if (key === '') throw new InvalidHostError(`the key for ${address} is empty`);
  const known = knownHosts === undefined ? '' : readOrRefuse(knownHosts, 'the known hosts', address);
  const directory = mkdtempSync(join(tmpdir(), 'build-host-'));
  chmodSync(directory, 0o700);
  writeFileSync(join(directory, 'key'), `${key}\n`, { mode: 0o400 });
  writeFileSync(join(directory, 'known_hosts'), known, { mode: 0o600 });
  return {
    name: address,
    address: parsed,
    directory,
    isKnown: knownHosts !== undefined,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function readOrRefuse(path: string, what: string, address: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InvalidHostError(`cannot read ${what} for ${address}`, { cause });
  }
}
