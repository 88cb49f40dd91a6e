import { statSync, utimesSync } from 'node:fs';
import { join, posix } from 'node:path';
import pMap from 'p-map';
import { pause } from '#lib/http';
import { writeWhole } from '#lib/process';
import { formatRpmLock, type LockedFile, RPM_LOCK } from '#lib/rpm-lock';
import type { StepLog } from '#lib/step';
import { printable } from '#lib/text';
import { MANIFEST, readManifest } from './manifest.ts';
import { type ManifestLocks, readManifestLocks } from './manifest-locks.ts';
import { findRepositories, type NamedRepository, readNamed } from './repositories.ts';
import { type FoundPackage, type Resolution, resolve } from './resolve.ts';
import { type SourceFiles, sourceFiles } from './source-files.ts';
import { evrText, missingError, missingLines } from './tell-missing.ts';

export interface MakeLockOptions {
  /** Directory of the source. */
  readonly source: string;
  /** Path of the directory with the locks, relative to the source. */
  readonly path: string;
  /** Milliseconds for which packages may be missing. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly log: StepLog;
}

/** Lists that are read at once: each takes some 100 MB while it is read. */
const CONCURRENCY = 2;
/** Milliseconds between two readings of the repositories: taggers and repositories take minutes. */
const INTERVAL = 30_000;

/**
 * Makes rpms.lock.yaml for all architectures of the locks of rpm-ostree in a directory, or does nothing where there are
 * none.
 *
 * @returns whether the source is another one now
 * @throws {InvalidManifestLockError | MissingPackagesError | RepositoryUnreachableError | InvalidRepositoryError}
 */
export async function makeLock(options: MakeLockOptions): Promise<boolean> {
  const { source, path, log } = options;
  const files = await sourceFiles(source);
  const locks = await readManifestLocks(files, path);
  const place = printable(posix.join(path, RPM_LOCK));
  if (locks.size === 0) {
    log.info(`${printable(path)} has no manifest-lock.<arch>.json: the source stays as it is`);
    return false;
  }
  const resolutions = await resolveAll(locks, files, options);
  for (const [arch, { found, unused }] of resolutions) {
    log.info(`${arch}: ${found.length} packages, ${shares(found)}`);
    for (const id of unused) {
      log.warn(
        `${arch}: none of the packages is in ${id}: a build without network will not have this repository`,
      );
    }
  }
  const arches = [...resolutions].map(([arch, { found }]) => ({
    arch,
    packages: found.map(lockedFile),
    source: [],
    module_metadata: [],
  }));
  const text = formatRpmLock({ lockfileVersion: 1, lockfileVendor: 'redhat', arches });
  const isWritten = await write(text, files, path);
  log.info(isWritten ? `made ${place}` : `${place} is as it would be made`);
  return isWritten;
}

async function resolveAll(
  locks: ManifestLocks,
  files: SourceFiles,
  { path, patience, signal, log }: MakeLockOptions,
): Promise<ReadonlyMap<string, Resolution>> {
  const repositories = new Map<string, readonly NamedRepository[]>();
  for (const arch of locks.keys()) {
    const manifest = await readManifest(files, path, { arch, warn: log.warn });
    repositories.set(arch, await findRepositories(files, path, { manifest, arch }));
  }
  const deadline = performance.now() + patience;
  const all = new Map<string, Resolution>();
  for (;;) {
    for (const [arch, locked] of locks) {
      if (all.get(arch)?.missing.length === 0) continue;
      const names = new Set(locked.map(({ name }) => name));
      const read = (one: NamedRepository) => readNamed(one, { arch, names, signal });
      const offered = await pMap(repositories.get(arch) ?? [], read, { concurrency: CONCURRENCY, signal });
      all.set(arch, resolve(locked, offered, arch));
    }
    const lines = missingLines(new Map([...all].map(([arch, { missing }]) => [arch, missing])));
    if (lines.length === 0) return all;
    for (const line of lines) log.warn(line);
    const left = deadline - performance.now();
    if (left <= 0) throw missingError(lines);
    log.info(`asking again in ${Math.ceil(Math.min(INTERVAL, left) / 1_000)} s`);
    await pause(Math.min(INTERVAL, left), signal);
  }
}

function shares(found: readonly FoundPackage[]): string {
  const counts = new Map<string, number>();
  for (const { repoid } of found) counts.set(repoid, (counts.get(repoid) ?? 0) + 1);
  return [...counts].map(([id, count]) => `${count} of ${id}`).join(', ');
}

function lockedFile({ repoid, rpm }: FoundPackage): LockedFile {
  const { nevra, url, size, checksum, sourcerpm } = rpm;
  return {
    url,
    repoid,
    size,
    checksum: `${checksum.algorithm}:${checksum.hex}`,
    name: nevra.name,
    evr: evrText(nevra),
    sourcerpm: sourcerpm === '' ? undefined : sourcerpm,
  };
}

/** The file has the time of the manifest and its directory keeps its own, so that equal sources give equal artifacts. */
async function write(text: string, files: SourceFiles, path: string): Promise<boolean> {
  const directory = await files.locate(path);
  const file = join(directory, RPM_LOCK);
  if ((await files.read(posix.join(path, RPM_LOCK))) === text) return false;
  const time = await files.changed(posix.join(path, MANIFEST));
  const { atime, mtime } = statSync(directory);
  writeWhole(file, text, 0o644);
  utimesSync(file, time, time);
  utimesSync(directory, atime, mtime);
  return true;
}
