import { type Checksum, checksumOf } from './checksum.ts';
import { InvalidRepositoryError } from './errors.ts';
import { element, refuseMarkup } from './xml.ts';

/** A file of a repository's metadata, as repomd.xml names it. */
export interface MetadataFile {
  /** Relative to the repository. */
  readonly href: string;
  readonly checksum: Checksum;
}

/**
 * Where the list of packages is (createrepo_c, repomd.xml: `<data type="primary">`).
 *
 * @throws {InvalidRepositoryError}
 */
export function primaryOf(xml: string): MetadataFile {
  refuseMarkup(xml);
  if (element(xml, 'repomd') === undefined)
    throw new InvalidRepositoryError('repodata/repomd.xml is no repomd.xml');
  const data = xml
    .split(/(?=<data[\s>])/)
    .slice(1)
    .find((one) => element(one, 'data')?.attributes.get('type') === 'primary');
  if (data === undefined)
    throw new InvalidRepositoryError('repodata/repomd.xml names no list of packages (primary)');
  const href = element(data, 'location')?.attributes.get('href') ?? '';
  if (!/^repodata\/[A-Za-z0-9._+-]+$/.test(href)) {
    throw new InvalidRepositoryError('repodata/repomd.xml has its list of packages in no file of repodata/');
  }
  return { href, checksum: checksumOf(element(data, 'checksum'), href) };
}
