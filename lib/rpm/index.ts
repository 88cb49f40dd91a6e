export { InvalidRepoError, InvalidRpmdbError } from './errors.ts';
export { compareEvr, type Evr, rpmvercmp } from './evr.ts';
export { formatNevra, InvalidNevraError, type Nevra, parseNevra } from './nevra.ts';
export { composeRepo, parseRepoFile, type Repo } from './repo-file.ts';
export { type RpmdbFiles, readRpmdb } from './rpmdb/read-rpmdb.ts';
export { type InstalledRpm, InvalidRpmHeaderError, readRpmHeader } from './rpmdb/rpm-header.ts';
export { rpmdbPaths } from './rpmdb/rpmdb-paths.ts';
