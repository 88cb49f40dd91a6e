export { type Attachment, attach, jsonAttachment } from './attach.ts';
export { packagesOfImage } from './packages-of-image.ts';
export { type ProvenanceInput, provenance, SLSA_PREDICATE_TYPE, STATEMENT_MEDIA_TYPE } from './provenance.ts';
export { type SbomOptions, sbomOfBundle, sbomOfImage, sbomOfIndex } from './sbom.ts';
export { type Package, SPDX_MEDIA_TYPE, spdxDocument } from './spdx.ts';
export { ociPurl, type Subject } from './subject.ts';
