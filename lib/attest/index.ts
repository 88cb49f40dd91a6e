export { type Attachment, attach, jsonAttachment } from './attach.ts';
export { InvalidPackageListError, InvalidProvenanceError } from './errors.ts';
export { packagesOfImage } from './packages-of-image.ts';
export { type ProvenanceInput, provenance } from './provenance.ts';
export { type ImageSbomOptions, type SbomOptions, sbomOfBundle, sbomOfImage, sbomOfIndex } from './sbom.ts';
export { type Package, SPDX_MEDIA_TYPE, spdxDocument } from './spdx.ts';
export {
  type ProvenanceStatement,
  parseProvenance,
  SLSA_PREDICATE_TYPE,
  STATEMENT_MEDIA_TYPE,
} from './statement.ts';
export { ociPurl, type Subject } from './subject.ts';
