import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

interface ForHermeto {
  /** The volume that hermeto's step mounts. */
  readonly directory: string;
  readonly config: string;
  readonly netrc: string | undefined;
  /** Authorities to trust beside the public ones, in PEM. */
  readonly ca: readonly string[];
}

/**
 * Leaves files for the step of hermeto, which runs no script that could make them: its configuration, a home with the netrc,
 * and all authorities in one file, since its programs trust those of one file alone. The step may have another user.
 */
export async function leaveForHermeto({ directory, config, netrc, ca }: ForHermeto): Promise<void> {
  const home = join(directory, 'home');
  await mkdir(home, { recursive: true });
  await chmod(home, 0o777);
  if (netrc !== undefined) {
    await copyFile(netrc, join(home, '.netrc'));
    await chmod(join(home, '.netrc'), 0o644);
  }
  // hermeto takes no empty file; konflux-build-cli writes a changed one over it.
  const path = join(directory, 'config.yaml');
  await writeFile(path, config.trim() === '' ? '{}\n' : config);
  await chmod(path, 0o666);
  await writeFile(join(directory, 'ca-bundle.crt'), [...getCACertificates(), ...ca].join('\n'));
}

/** Text of a file of a workspace or volume that need not be there. */
export async function readOptional(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
