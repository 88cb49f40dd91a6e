export { type BuiltFrom, cyclonedxOfBuiltImage, sbomOfBuiltImage } from './built-image.ts';
export { sbomOfBuiltIndex } from './built-index.ts';
export { InvalidPackageListError } from './errors.ts';
export { packagesOfImage } from './packages-of-image.ts';
export { mergePrefetched, packagesFor, readPrefetched, repositoriesOf } from './prefetched.ts';
export { type ImageSbomOptions, type SbomOptions, sbomOfBundle, sbomOfImage, sbomOfIndex } from './sbom.ts';
export { type Package, SPDX_MEDIA_TYPE, spdxDocument } from './spdx.ts';
export { ociPurl, type Subject } from './subject.ts';
