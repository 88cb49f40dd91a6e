export { changelogEntry, changelogProblem } from './changelog.ts';
export { type CheckVersionsInput, checkVersions, type VersionCheck } from './check-versions.ts';
export { type InterfaceChange, interfaceChanges } from './interface-changes.ts';
export { type Migration, migrationTag, parseMigrationTag, readMigrations } from './migrations.ts';
export { type Review, reviewChange, versionOf } from './review-change.ts';
export { type Bump, bumpBetween, parseVersion, suffices, type Version } from './version.ts';
