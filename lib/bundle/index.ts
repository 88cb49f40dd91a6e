export type { BundleEntry } from './bundle-entry.ts';
export type { BundleProblem } from './bundle-problems.ts';
export type { TektonObject } from './check-objects.ts';
export { byTitle, diffBundles, type FieldDiff, type ObjectDiff, titleOf } from './diff-bundles.ts';
export { formatDiff, unifiedDiff } from './diff-text.ts';
export { InvalidBundleError } from './errors.ts';
export { type BundleFormat, type PackBundleOptions, packBundle, packUnchecked } from './pack-bundle.ts';
export { type Bundle, readBundle } from './read-bundle.ts';
