import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDirectory, run as runHere } from '#lib/process';
import { printable } from '#lib/text';
import { type Connection, failed, persist, run } from './connection.ts';
import { HostTransferError } from './errors.ts';
import { placeBelow } from './place.ts';
import { GIVE, PACK } from './transfer-scripts.ts';

/** A directory of the host, and its place on this machine. */
export interface Fetched {
  /** Path below the host's directory. */
  readonly from: string;
  /** A directory that need not be there, and is no mount point: what is in it gives way. */
  readonly to: string;
  /** Bytes of its archive that are taken at most; 64 MiB where nothing is said. */
  readonly most?: number;
}

const MOST = 64 * 1024 * 1024;

/**
 * Brings the content of a directory of the host. A cut does not begin it again; it is in its place as a whole, or not at
 * all. Only files and directories come: who reads a link of the host would read on this machine what the host chose.
 *
 * @throws {HostTransferError} for an archive that is too large, no archive, or holds anything else
 * @throws {HostCommandError} when it is not there
 */
export async function fetch(
  connection: Connection,
  { directory, number }: { readonly directory: string; readonly number: number },
  { from, to, most = MOST }: Fetched,
): Promise<void> {
  const doing = `${from} is fetched`;
  const archive = `.transfer/out-${number}`;
  const size = Number(
    await run(connection, doing, { script: PACK, args: [directory, archive, placeBelow(from)] }),
  );
  if (!(size <= most))
    throw new HostTransferError(
      `${from} of the build host ${connection.access.name} has ${size} bytes, more than ${most}`,
    );
  const file = join(connection.access.directory, `out-${number}`);
  await take(connection, { doing, directory, archive, size, file });
  await unpack(file, to, `${from} of the build host ${connection.access.name}`);
  await run(connection, doing, { script: 'rm -f -- "$1"', args: [`${directory}/${archive}`] });
}

interface Taken {
  readonly doing: string;
  readonly directory: string;
  readonly archive: string;
  readonly size: number;
  readonly file: string;
}

async function take(connection: Connection, { doing, directory, archive, size, file }: Taken): Promise<void> {
  await using handle = await open(file, 'w', 0o600);
  let position = 0;
  const { code, stderr } = await persist(connection, doing, (gained) => ({
    script: GIVE,
    args: [directory, archive, String(position + 1)],
    output: async (bytes) => {
      if (position + bytes.length > size)
        throw new HostTransferError(`more than ${size} bytes came: ${doing}`);
      await handle.writeFile(bytes);
      position += bytes.length;
      gained();
    },
  }));
  if (code !== 0) throw failed(connection, doing, code, stderr);
  if (position !== size) throw new HostTransferError(`${position} of ${size} bytes came: ${doing}`);
}

async function unpack(file: string, to: string, what: string): Promise<void> {
  const env = { LC_ALL: 'C', TAR_OPTIONS: '' };
  const { stdout } = await runHere('tar', ['--list', '--verbose', `--file=${file}`], { env });
  // A name has no newline here: tar writes it as \n.
  const refused = stdout.split('\n').find((line) => line !== '' && !/^[-d]/.test(line));
  if (refused !== undefined)
    throw new HostTransferError(
      `${what} is refused, as it holds what is neither file nor directory: ${printable(refused.slice(11))}`,
    );
  await replaceDirectory(to, async (fresh) => {
    await runHere('tar', ['--extract', '--no-same-owner', `--file=${file}`, `--directory=${fresh}`], { env });
  });
}
