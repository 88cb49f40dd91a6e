export { type Attachment, attach, jsonAttachment } from './attach.ts';
export { attachSbom, type Sbom } from './attach-sbom.ts';
export { copyCosignTags } from './copy-cosign-tags.ts';
export { attestImage, signImage } from './cosign.ts';
export { InvalidProvenanceError, SigningKeyError } from './errors.ts';
export { type ProvenanceInput, provenance } from './provenance.ts';
export { readSbom } from './read-sbom.ts';
export { readSigningKey } from './signing-key.ts';
export {
  type ProvenanceStatement,
  parseProvenance,
  SLSA_PREDICATE_TYPE,
  STATEMENT_MEDIA_TYPE,
} from './statement.ts';
export {
  attachTestResult,
  type FoundTestResult,
  TEST_RESULT_PREDICATE_TYPE,
  type TestResult,
  testResultsOf,
} from './test-result.ts';
