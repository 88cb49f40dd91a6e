import { createHash } from 'node:crypto';
import type { Reference } from '#lib/oci';
import type { Package } from './spdx.ts';

/**
 * An image as Konflux' programs look for it in an SBOM: with the ids, name and purl that mobster gives it (its
 * src/mobster/image.py, Image.propose_spdx_id, propose_cyclonedx_bom_ref and purl).
 *
 * @param digest `sha256:…`
 * @param architecture in Go's names; undefined for an index, and for what a build only names
 */
export function namedImage(
  { registry, repository, tag = '' }: Reference,
  digest: string,
  architecture?: string,
): Package & { readonly id: string; readonly bomRef: string } {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const arch = architecture === undefined ? '' : `arch=${architecture}&`;
  // packageurl-python leaves : and / as they are, and the id is made from the text.
  const purl = `pkg:oci/${name}@${digest}?${arch}repository_url=${registry}/${repository}`;
  const sum = createHash('sha256').update(purl).digest('hex');
  const normal = name.replaceAll(/[^0-9a-zA-Z.+-]/g, '-');
  return {
    id: `SPDXRef-image-${normal}-${sum}`,
    bomRef: `BomRef.${normal}-${sum}`,
    name: architecture === undefined ? name : `${name}_${architecture}`,
    version: tag,
    purl,
    purpose: 'CONTAINER',
    sha256: digest.replace('sha256:', ''),
  };
}
