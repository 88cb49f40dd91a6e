import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exchangeOtp } from '#lib/host';
import type { SshHost } from '../host.ts';

/**
 * Path of the private key of a host: that of its secret, or the one that is handed out for the password there, once.
 *
 * @param scratch a directory of ours
 * @throws {OtpError} where no key is handed out
 */
export async function keyFile(key: SshHost['key'], scratch: string, signal: AbortSignal): Promise<string> {
  if (key.kind === 'file') return key.path;
  const { path: otp, server, ca } = key;
  const path = join(scratch, 'key');
  await writeFile(path, await exchangeOtp({ otp, server, ca, signal }), { mode: 0o400 });
  return path;
}
