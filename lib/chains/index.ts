export type { Artifact } from './artifact.ts';
export { InvalidRunRecordError } from './errors.ts';
export { type ChainsStatement, chainsStatement, SLSA_PROVENANCE_02, signedImages } from './statement.ts';
