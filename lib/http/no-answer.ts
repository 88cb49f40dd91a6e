interface Failure {
  readonly message: string;
  readonly code?: string | undefined;
}

/** OpenSSL's own texts: number of the error, library, function, reason, file, line (ERR_print_errors(3)). */
const openssl = /\berror:[0-9A-F]+:[^:]*:[^:]*:(?<reason>[^:]+):/;

/** What OpenSSL says of bytes that are no TLS. */
const noTls = /wrong version number|packet length too long|http request|record layer failure/i;

/** Why nobody answered, in the words that a reader understands, on one line. */
export function whyNoAnswer({ message, code }: Failure): string {
  const { reason } = openssl.exec(message)?.groups ?? {};
  if (isNoTls(message)) return `it speaks plain http there, not https (${reason ?? code ?? message.trim()})`;
  return reason ?? (message.trim() || String(code));
}

/** Whether what came back where TLS was expected is none. */
export function isNoTls(message: string): boolean {
  return noTls.test(message);
}
