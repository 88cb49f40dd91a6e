import type { PackageFile } from '#lib/rpm';
import type { WantedFile } from './plan.ts';

/** A package that has been fetched, with what its header says. */
export interface FetchedPackage {
  readonly file: WantedFile;
  readonly header: PackageFile;
}

/** Namespaces by what stands in the vendor (hermeto/core/package_managers/rpm/main.py, `purl`). */
const namespaces: readonly (readonly [vendor: string, namespace: string])[] = [
  ['Red Hat', 'redhat'],
  ['Fedora', 'fedora'],
  ['SUSE', 'suse'],
];

/** The package URL that hermeto gives to a package: SBOMs and policies find packages by it. */
export function purlOf({ file, header }: FetchedPackage): string {
  const { name, version, release, arch, epoch, hasEpoch, isSource, vendor } = header;
  // A repository of ours, and one that a lock calls like it, is known to nobody else.
  const repository = file.repoid?.startsWith('hermeto') === true ? undefined : file.repoid;
  const qualifiers = Object.entries({
    arch: isSource ? 'src' : arch,
    checksum: file.checksum,
    download_url: repository === undefined ? file.address : undefined,
    epoch: hasEpoch ? String(epoch) : undefined,
    repository_id: repository,
  }).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${quote(value)}`]));
  const namespace = namespaceOf(vendor);
  const path = [...(namespace === '' ? [] : namespace.split('/')), name].map(quote).join('/');
  return `pkg:rpm/${path}@${quote(`${version}-${release}`)}?${qualifiers.join('&')}`;
}

function namespaceOf(vendor = ''): string {
  const known = namespaces.find(([part]) => vendor.includes(part))?.[1];
  return (
    known ??
    vendor
      .toLowerCase()
      .replaceAll(' ', '_')
      .replaceAll(/^\/+|\/+$/g, '')
  );
}

/** As packageurl-python quotes: slashes and colons stay. */
function quote(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll(/%(?:2F|3A)/g, decodeURIComponent);
}
