import { isNoTls, whyNoAnswer } from '#lib/http';
import { UnreachableError } from '../../model/errors.ts';
import { isLoopback } from './endpoint.ts';
import type { ConnectionFailure, HttpRequest } from './transport.ts';

/** The error for a missing answer, with what the user can do about it. */
export function unreachable(
  failure: ConnectionFailure,
  { method, url }: HttpRequest,
  doing: string,
): UnreachableError {
  const { code } = failure;
  const { why, hint } = reason(failure, url);
  return new UnreachableError(`cannot ${doing}: no answer from ${url.host}: ${why}`, {
    method,
    url: url.origin + url.pathname,
    code,
    cause: failure,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What node's parser says of bytes that are no HTTP. */
const NO_HTTP = /^HPE_INVALID/;

const UNTRUSTED = /^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;

function reason(failure: ConnectionFailure, { host, protocol }: URL): { why: string; hint?: string } {
  const { message, code } = failure;
  const why = whyNoAnswer(failure);
  if (code === 'ECONNREFUSED') return { why, hint: `is the registry at ${host} running?` };
  if (protocol === 'https:' && isNoTls(message)) {
    return {
      why,
      hint: `if that may be, say so: --insecure ${host}, for a task TLSVERIFY=false`,
    };
  }
  if (protocol === 'http:' && NO_HTTP.test(code ?? '')) {
    const hint = isLoopback(host) ? { hint: `https on loopback needs --insecure ${host}` } : {};
    return { why: `it speaks no plain http there, https perhaps (${why})`, ...hint };
  }
  if (UNTRUSTED.test(code ?? '')) {
    return {
      why: `its certificate is not trusted: ${why}`,
      hint: `put its authority into /etc/containers/certs.d/${host}/ca.crt, or do without: --insecure ${host}, for a task TLSVERIFY=false`,
    };
  }
  return { why };
}
