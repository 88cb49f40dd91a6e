import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { type Checksum, canSucceedLater, DownloadError, download, keepConnections } from '#lib/http';
import { printable } from '#lib/text';
import { PrefetchError } from '../errors.ts';
import type { Netrc } from '../netrc.ts';
import { placeOf, type WantedFile } from './plan.ts';

export interface FetchOptions {
  /** Directory that gets `<arch>/<repository>/<file>`. */
  readonly directory: string;
  readonly netrc?: Netrc | undefined;
  /** Authorities to trust beside those that Node.js trusts, in PEM. */
  readonly ca?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which something must come. */
  readonly idleTimeout?: number | undefined;
  /** Told each file that is there as the lock says. */
  readonly onFetched?: (file: WantedFile) => void;
  /** What else is asked of a file that has come; a failure of it is one of the file. */
  readonly check: (file: WantedFile, path: string) => Promise<void>;
}

/** At the same time, to all hosts; the mirrors of Fedora take as many of one client. */
const CONNECTIONS = 16;
/** Files in a row that a host fails in its own name until it is asked for no more. */
const GIVE_UP = CONNECTIONS;
const ATTEMPTS = 5;
/** Bytes of a file of which the lock has no size; no package of Fedora has more. */
const LIMIT = 8 * 1024 ** 3;

/**
 * Downloads files over many connections. A file that fails ends nothing: the others are fetched, and all that failed are
 * told at once, except that a host which fails again and again is asked no more.
 *
 * @throws {PrefetchError} with a line for each file that failed
 */
export async function fetchFiles(files: readonly WantedFile[], options: FetchOptions): Promise<void> {
  const { directory, signal } = options;
  const directories = new Set(files.map((file) => dirname(join(directory, placeOf(file)))));
  for (const one of directories) await mkdir(one, { recursive: true });
  const failures = new Map<WantedFile, string>();
  const hosts = new Map<string, number>();
  using connections = keepConnections(CONNECTIONS, options.ca);
  const rest = files.values();
  const work = async () => {
    for (const file of rest) {
      const { host } = file.url;
      const failed = hosts.get(host) ?? 0;
      if (failed >= GIVE_UP) {
        failures.set(file, `${printable(host)} failed ${failed} files in a row, and was asked no more`);
        continue;
      }
      try {
        await fetchFile(file, connections.agentFor, options);
        hosts.set(host, 0);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof ExpectedError)) throw error;
        // Others have failed or come meanwhile.
        hosts.set(host, isOfHost(error) ? (hosts.get(host) ?? 0) + 1 : 0);
        failures.set(file, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  if (failures.size > 0) throw together(failures, files);
}

async function fetchFile(
  file: WantedFile,
  agentFor: Parameters<typeof download>[1]['agentFor'],
  { directory, netrc, signal, idleTimeout, onFetched, check }: FetchOptions,
): Promise<void> {
  const path = join(directory, placeOf(file));
  await download(file.url, {
    path,
    size: file.size,
    checksum: checksumOf(file),
    limit: LIMIT,
    attempts: ATTEMPTS,
    userinfo: file.userinfo ?? netrc?.(file.url.hostname),
    // The distribution's address leads to a mirror; what it sends is checked.
    redirectHosts: 'any',
    signal,
    idleTimeout,
    agentFor,
  });
  await check(file, path);
  onFetched?.(file);
}

function checksumOf({ checksum }: WantedFile): Checksum | undefined {
  if (checksum === undefined) return undefined;
  const [algorithm, hex] = checksum.split(':') as [Checksum['algorithm'], string];
  return { algorithm, hex };
}

/** Whether other files of the host will fail, too. */
function isOfHost(error: ExpectedError): boolean {
  return error instanceof DownloadError && canSucceedLater(error);
}

/** Characters of the message; what explains errors cuts longer ones. */
const MOST = 9_000;

function together(failures: ReadonlyMap<WantedFile, string>, files: readonly WantedFile[]): PrefetchError {
  const lines = files.flatMap((file) => {
    const why = failures.get(file);
    if (why === undefined) return [];
    return [`  ${why.includes(file.url.href) ? why : `${file.address}: ${why}`}`];
  });
  let told = '';
  let count = 0;
  for (const line of lines) {
    if (told.length + line.length > MOST) break;
    told += `\n${line}`;
    count++;
  }
  const more = count < lines.length ? `\n  and ${lines.length - count} more` : '';
  return new PrefetchError(`cannot fetch ${lines.length} of ${files.length} files:${told}${more}`, {
    hint: 'nothing was kept; where packages have left their repository, make the lock anew',
  });
}
