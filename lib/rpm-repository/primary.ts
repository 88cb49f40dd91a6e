import { type Nevra, parseNevra } from '#lib/rpm';
import { quoted } from '#lib/text';
import { type Checksum, checksumOf } from './checksum.ts';
import { InvalidRepositoryError } from './errors.ts';
import { element, refuseMarkup } from './xml.ts';

/** A package of a repository. */
export interface RepositoryPackage {
  readonly nevra: Nevra;
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly checksum: Checksum;
  /** File name of its source package; empty for one that has none. */
  readonly sourcerpm: string;
}

const END = '</package>';

/** Characters of one package; those with the most files have some 3 million. */
const MAX_PACKAGE = 16 * 1024 * 1024;

/** Characters in which the list says how many packages it has: createrepo_c needs some 200. */
const MAX_START = 1024 * 1024;

/**
 * Reads primary.xml as it comes. Only the packages of the names that are wanted are looked at: the list of Fedora has
 * some 70,000, and 200 MB.
 *
 * @param base address of the repository, with a slash at its end
 * @throws {InvalidRepositoryError}
 */
export async function readPrimary(
  texts: AsyncIterable<string>,
  base: URL,
  isWanted: (name: string) => boolean,
): Promise<readonly RepositoryPackage[]> {
  const packages: RepositoryPackage[] = [];
  let announced: string | undefined;
  let count = 0;
  // Pieces are put together where a package ends, and not with each of them: a long one would cost the square of its length.
  let pieces: string[] = [];
  let length = 0;
  let tail = '';
  for await (const text of texts) {
    pieces.push(text);
    length += text.length;
    const seam = tail + text;
    refuseMarkup(seam);
    tail = seam.slice(-END.length);
    const hasEnd = seam.includes(END);
    if (hasEnd || (announced === undefined && length < MAX_START)) {
      const rest = pieces.join('');
      if (count === 0) announced ??= element(rest, 'metadata')?.attributes.get('packages');
      let start = 0;
      for (let end = rest.indexOf(END); end !== -1; end = rest.indexOf(END, start)) {
        const xml = rest.slice(start, end);
        start = end + END.length;
        count += 1;
        if (isWanted(element(xml, 'name')?.text ?? '')) packages.push(packageOf(xml, base));
      }
      pieces = [rest.slice(start)];
      length = rest.length - start;
      tail = rest.slice(start).slice(-END.length);
    }
    if (length > MAX_PACKAGE) throw new InvalidRepositoryError('its list has a package without an end');
  }
  const rest = pieces.join('');
  if (
    announced !== String(count) ||
    !/(?:<\/metadata|^[^<]*(?:<\?[^>]*>\s*)?<metadata[^>]*\/)>\s*$/.test(rest)
  ) {
    throw new InvalidRepositoryError(
      `its list of packages is not whole: it has ${count} of ${quoted(announced ?? 'no number')}`,
    );
  }
  return packages;
}

function packageOf(xml: string, base: URL): RepositoryPackage {
  const name = element(xml, 'name')?.text ?? '';
  const version = element(xml, 'version')?.attributes;
  const arch = element(xml, 'arch')?.text;
  const text = `${name}-${version?.get('epoch') ?? '0'}:${version?.get('ver')}-${version?.get('rel')}.${arch}`;
  if (version === undefined || !/^[^\s\p{Cc}/]+$/u.test(text)) {
    throw new InvalidRepositoryError(`its list has ${quoted(text)}, which is no package`);
  }
  const size = element(xml, 'size')?.attributes.get('package') ?? '';
  if (!/^\d{1,15}$/.test(size)) throw new InvalidRepositoryError(`its list has no size of ${text}`);
  return {
    nevra: parseNevra(text),
    url: urlOf(xml, base, text),
    size: Number(size),
    checksum: checksumOf(element(xml, 'checksum'), text),
    sourcerpm: element(xml, 'rpm:sourcerpm')?.text ?? '',
  };
}

/** `xml:base` is where createrepo_c --baseurl says that the packages are. */
function urlOf(xml: string, base: URL, what: string): string {
  const { attributes } = element(xml, 'location') ?? {};
  const href = (attributes?.get('href') ?? '').replaceAll(/[?#]/g, encodeURIComponent);
  const other = attributes?.get('xml:base');
  const root = other === undefined ? base : URL.parse(other.endsWith('/') ? other : `${other}/`);
  const url = root === null ? null : URL.parse(href, root.href);
  const isThere =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isThere && href !== '' && url.origin === root?.origin) return url.href;
  throw new InvalidRepositoryError(`its list has ${what} at no address`);
}
