export { InvalidNetrcError, InvalidPrefetchInputError, PrefetchError } from './errors.ts';
export { type PrefetchInput, parsePrefetchInput, type RpmPackage } from './input.ts';
export { type Netrc, parseNetrc } from './netrc.ts';
export { checkLocks, type PrefetchOptions, prefetchRpms } from './rpm/prefetch-rpms.ts';
export type { SbomType } from './rpm/sbom.ts';
