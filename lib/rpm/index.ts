export { InvalidRepoError, InvalidRpmdbError } from './errors.ts';
export { compareEvr, type Evr, rpmvercmp } from './evr.ts';
export { formatNevra, InvalidNevraError, type Nevra, parseNevra } from './nevra.ts';
export { composeRepo, parseRepoFile, type Repo } from './repo-file.ts';
export { type InstalledRpm, InvalidRpmHeaderError, readRpmHeader } from './rpm-header.ts';
export { readRpmdb, rpmdbPaths } from './rpmdb.ts';
