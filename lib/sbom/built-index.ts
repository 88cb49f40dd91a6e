import { createHash } from 'node:crypto';
import type { Digest } from '#lib/oci';
import type { SbomOptions } from './sbom.ts';
import { type Package, spdxDocument } from './spdx.ts';
import type { Subject } from './subject.ts';

/**
 * The SBOM of an index that a build has pushed, with the names by which Konflux' programs find their way in it: those of
 * `mobster generate oci-index` (src/mobster/cmd/generate/oci_index.py, image.py).
 */
export function sbomOfBuiltIndex(
  subject: Subject,
  images: readonly { readonly digest: Digest; readonly architecture: string }[],
  options: SbomOptions,
): object {
  const { registry, repository } = subject.reference;
  return spdxDocument({
    root: imagePackage(subject, subject.digest, 'SPDXRef-image-index'),
    variants: images.map(({ digest, architecture }) =>
      imagePackage(subject, digest, undefined, architecture),
    ),
    name: `${registry}/${repository}@${subject.digest}`,
    ...options,
  });
}

function imagePackage(subject: Subject, digest: Digest, id?: string, architecture?: string): Package {
  const { registry, repository } = subject.reference;
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const arch = architecture === undefined ? '' : `arch=${architecture}&`;
  // packageurl-python leaves : and / as they are, and the id is made from the text.
  const purl = `pkg:oci/${name}@${digest}?${arch}repository_url=${registry}/${repository}`;
  const sum = createHash('sha256').update(purl).digest('hex');
  return {
    id: id ?? `SPDXRef-image-${name.replaceAll(/[^0-9a-zA-Z.+-]/g, '-')}-${sum}`,
    name: architecture === undefined ? name : `${name}_${architecture}`,
    version: subject.version,
    purl,
    purpose: 'CONTAINER',
    sha256: digest.replace('sha256:', ''),
  };
}
