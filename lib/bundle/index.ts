export type { BundleProblem } from './bundle-problems.ts';
export { InvalidBundleError } from './errors.ts';
export { type BundleFormat, type PackBundleOptions, packBundle } from './pack-bundle.ts';
export { type Bundle, type BundleEntry, readBundle } from './read-bundle.ts';
