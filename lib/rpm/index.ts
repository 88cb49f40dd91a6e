export { InvalidRepoError, InvalidRpmdbError } from './errors.ts';
export { compareEvr, type Evr, rpmvercmp } from './evr.ts';
export type { ImageFiles, ImageTree } from './installed/image-files.ts';
export { type InstalledPackages, readInstalled } from './installed/read-installed.ts';
export { likelyRpmFile, wantedRpmFiles } from './installed/wanted-rpm-files.ts';
export { formatNevra, InvalidNevraError, type Nevra, parseNevra } from './nevra.ts';
export { composeRepo, parseRepoFile, type Repo } from './repo-file.ts';
export { type RpmdbFiles, readRpmdb } from './rpmdb/read-rpmdb.ts';
export { type InstalledRpm, InvalidRpmHeaderError, readRpmHeader } from './rpmdb/rpm-header.ts';
