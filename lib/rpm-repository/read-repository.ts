import { DownloadError, get, TooLargeError } from '#lib/http';
import { parseAddress, printable, quoted } from '#lib/text';
import { hashOf } from './checksum.ts';
import { textOf } from './decompress.ts';
import { InvalidRepositoryError, RepositoryUnreachableError } from './errors.ts';
import { type RepositoryPackage, readPrimary } from './primary.ts';
import { primaryOf } from './repomd.ts';

export interface ReadOptions {
  /** Names of the packages that are wanted; the list holds many more. */
  readonly names: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

export interface Repository {
  /** Which of the addresses answered. */
  readonly url: string;
  /** Packages of the wanted names, all their versions and architectures. */
  readonly packages: readonly RepositoryPackage[];
}

/** Bytes: repomd.xml has some 10 kB, the compressed list of all of Fedora 20 MB. */
const limits = { repomd: 4 * 1024 * 1024, primary: 512 * 1024 * 1024 };
const ATTEMPTS = 4;
/** The list may have been replaced between repomd.xml and itself: how often both are read. */
const READINGS = 2;

/**
 * Reads the packages of a repository, its list verified by the checksum of repomd.xml, from the first of its addresses
 * that has one, as dnf does with `baseurl`.
 *
 * @throws {RepositoryUnreachableError}
 * @throws {InvalidRepositoryError}
 */
export async function readRepository(
  addresses: readonly string[],
  options: ReadOptions,
): Promise<Repository> {
  const missing: string[] = [];
  for (const address of addresses.map(baseOf)) {
    const found = await readAt(address, options, missing);
    if (found !== undefined) return { url: address.href, packages: found };
  }
  throw new RepositoryUnreachableError(missing.join('; ') || 'it has no address', {
    hint: 'is its baseurl right, and reachable from this machine?',
  });
}

/** @throws {InvalidRepositoryError} for credentials, which would stand in the lock */
function baseOf(address: string): URL {
  const parsed = parseAddress(address.endsWith('/') ? address : `${address}/`);
  if (parsed === undefined || !/^https?:$/.test(parsed.url.protocol)) {
    throw new InvalidRepositoryError('its baseurl is no address', { hint: 'write https://…' });
  }
  const { url, userinfo } = parsed;
  if (userinfo !== undefined) {
    throw new InvalidRepositoryError(
      `its baseurl at ${printable(url.host)} holds credentials, which everybody can read`,
    );
  }
  if (url.search !== '' || url.hash !== '' || url.href.includes('$')) {
    throw new InvalidRepositoryError(`its baseurl ${quoted(url.href)} is none of a directory`);
  }
  return url;
}

async function readAt(
  base: URL,
  options: ReadOptions,
  missing: string[],
): Promise<readonly RepositoryPackage[] | undefined> {
  for (let reading = 1; ; reading++) {
    const repomd = await fetched(base, 'repodata/repomd.xml', limits.repomd, options, missing);
    if (repomd === undefined) return undefined;
    const { href, checksum } = primaryOf(repomd.toString('utf8'));
    const bytes = await fetched(base, href, limits.primary, options, missing);
    if (bytes !== undefined && hashOf(checksum).update(bytes).digest('hex') === checksum.hex) {
      return readPrimary(textOf(bytes, href), base, (name) => options.names.has(name));
    }
    if (reading === READINGS) {
      throw new InvalidRepositoryError(
        bytes === undefined
          ? `${href}, which repomd.xml names, is not there`
          : `${href} has other bytes than repomd.xml says (${checksum.algorithm})`,
        { hint: 'it may be written at this moment: try again later' },
      );
    }
  }
}

/** Undefined, and a word about it in `missing`, where the next address may have it. */
async function fetched(
  base: URL,
  path: string,
  limit: number,
  { signal }: ReadOptions,
  missing: string[],
): Promise<Buffer | undefined> {
  const url = new URL(path, base);
  try {
    // The source names the repository, and may name any; so it may lead to its mirrors.
    const document = await get(url, { limit, signal, attempts: ATTEMPTS, redirectHosts: 'any' });
    if (document === undefined) missing.push(`there is no ${url.href}`);
    return document?.bytes;
  } catch (error) {
    if (error instanceof TooLargeError) throw new InvalidRepositoryError(error.message);
    if (!(error instanceof DownloadError)) throw error;
    missing.push(error.message);
    return undefined;
  }
}
