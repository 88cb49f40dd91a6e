import { readFileSync } from 'node:fs';
import { askOnce } from '#lib/http';
import { printable, quoted } from '#lib/text';
import { OtpError } from './errors.ts';

export interface OtpOptions {
  /** File of the password. */
  readonly otp: string;
  /** https address of the server. */
  readonly server: string;
  /** The authorities that vouch for the server, in PEM; no others do. */
  readonly ca: string;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds until the answer is there. */
const TIMEOUT = 30_000;
/** Bytes of the answer; a key of RSA with 4,096 bits has 3,400. */
const MOST = 64 * 1024;

const HINT =
  'the password is good for one exchange: a retry of the TaskRun cannot work, and a new one is given a new password';

/**
 * Exchanges the password that is good once for the private key of a host (cmd/otp of the multi-platform controller): one
 * POST, over TLS, through no proxy, and never a second time, as nobody knows whether the first one used it up.
 *
 * @returns the text of the key
 * @throws {OtpError} for everything else; the password stands in no message
 */
export async function exchangeOtp({ otp, server, ca, signal }: OtpOptions): Promise<string> {
  signal?.throwIfAborted();
  const refuse = (why: string, cause?: unknown) =>
    new OtpError(`no key for the build host from ${quoted(server)}: ${why}`, { hint: HINT, cause });
  const url = URL.parse(server);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw refuse('it is no https address');
  const password = readPassword(otp, refuse);
  const timeout = AbortSignal.timeout(TIMEOUT);
  const all = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let answer: { readonly status: number; readonly text: string };
  try {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    answer = await askOnce(url, { ca, headers, body: password, limit: MOST, signal: all });
  } catch (error) {
    signal?.throwIfAborted();
    throw refuse(timeout.aborted ? `no answer within ${TIMEOUT / 1000} s` : reason(error));
  }
  // The server says 400 for a password that it does not know, which is one that was used, too.
  if (answer.status !== 200) throw refuse(`it said ${answer.status}: the password is refused or used up`);
  if (!answer.text.includes('PRIVATE KEY-----')) throw refuse('its answer is no private key');
  return answer.text;
}

function readPassword(path: string, refuse: (why: string, cause?: unknown) => OtpError): string {
  try {
    // curl -d @file, which the server was made for, leaves out newlines.
    return readFileSync(path, 'utf8').replaceAll(/[\r\n]/g, '');
  } catch (cause) {
    throw refuse('the password cannot be read', cause);
  }
}

function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return printable(message || (code ?? ''));
}
