export type { BundleProblem } from './bundle-problems.ts';
export { byTitle, diffObjects, type FieldDiff, type ObjectDiff, textDiff } from './diff-bundles.ts';
export { InvalidBundleError } from './errors.ts';
export { type BundleFormat, type PackBundleOptions, packBundle } from './pack-bundle.ts';
export { type Bundle, type BundleEntry, readBundle } from './read-bundle.ts';
