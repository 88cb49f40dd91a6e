export { differenceOf, filesOf, type TreefileDifference } from './difference.ts';
export { InvalidTreefileError } from './errors.ts';
export { type ManifestFile, type ManifestFiles, manifestDirectory } from './files.ts';
export type { Asked, Place, ReadManifest, RepoPackages, Said, Treefile, Variable } from './model.ts';
export { readTreefile } from './read-treefile.ts';
export { type Reason, reasonsOf } from './why.ts';
