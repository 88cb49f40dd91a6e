export { type Attachment, attach, jsonAttachment } from './attach.ts';
export { attachSbom, type Sbom } from './attach-sbom.ts';
export { InvalidProvenanceError } from './errors.ts';
export { type ProvenanceInput, provenance } from './provenance.ts';
export {
  type ProvenanceStatement,
  parseProvenance,
  SLSA_PREDICATE_TYPE,
  STATEMENT_MEDIA_TYPE,
} from './statement.ts';
