import { createHash } from 'node:crypto';
import { fileNameOf, type LockedFile, type RpmLock } from '#lib/rpm-lock';
import { hasUserinfo, parseAddress, printable, type Userinfo } from '#lib/text';
import { PrefetchError } from '../errors.ts';

/** A file that is to be fetched, and its place below deps/rpm. */
export interface WantedFile {
  readonly arch: string;
  /** Id of the repository, which is the name of its directory. */
  readonly repository: string;
  readonly name: string;
  /** What the lock says of the repository; undefined where we have made it up. */
  readonly repoid: string | undefined;
  readonly url: URL;
  /** The login that stands in the address of the lock. */
  readonly userinfo: Userinfo | undefined;
  /** The address as the lock has it, without who asks. */
  readonly address: string;
  readonly size: number | undefined;
  /** algorithm:hex. */
  readonly checksum: string | undefined;
  /** Path of the lock in the source. */
  readonly lock: string;
}

export interface LockInput {
  /** Path in the source. */
  readonly place: string;
  readonly lock: RpmLock;
  /** Architectures that are asked for; undefined for all of the lock. */
  readonly architectures: readonly string[] | undefined;
}

/**
 * The files of some locks, each once. All that can be known before the first download is told here, together.
 *
 * @param isStrict whether a package without a checksum is refused
 * @throws {PrefetchError}
 */
export function planFiles(inputs: readonly LockInput[], isStrict: boolean): readonly WantedFile[] {
  const files = inputs.flatMap(filesOf);
  const problems = [...inputs.flatMap(missingArchitectures), ...twice(files)];
  if (isStrict) problems.push(...unverified(files).map((line) => `${line} has no checksum`));
  if (problems.length > 0) {
    throw new PrefetchError(
      `cannot prefetch what the lock says:\n${problems.map((one) => `  ${one}`).join('\n')}`,
      {
        hint: 'make the lock anew; mode "permissive" takes packages without a checksum',
      },
    );
  }
  return [...new Map(files.map((file) => [placeOf(file), file])).values()];
}

/** Path below deps/rpm. */
export function placeOf({ arch, repository, name }: WantedFile): string {
  return `${arch}/${repository}/${name}`;
}

/** Those that nothing tells from others: lock and address. */
export function unverified(files: readonly WantedFile[]): string[] {
  return files
    .filter(({ checksum }) => checksum === undefined)
    .map(({ lock, address }) => `${lock}: ${printable(address)}`);
}

function filesOf({ place, lock, architectures }: LockInput): WantedFile[] {
  // hermeto makes one up by chance, so that no two of its runs are equal.
  const made = `hermeto-${createHash('sha256').update(JSON.stringify(lock)).digest('hex').slice(0, 6)}`;
  return lock.arches
    .filter(({ arch }) => architectures?.includes(arch) ?? true)
    .flatMap(({ arch, packages, source, module_metadata }) => {
      const wanted = (files: readonly LockedFile[], otherwise: string) =>
        files.map((file) => fileOf(file, arch, otherwise, place));
      return [
        ...wanted(packages, made),
        ...wanted(source, `${made}-source`),
        ...wanted(module_metadata, made),
      ];
    });
}

function fileOf(file: LockedFile, arch: string, otherwise: string, lock: string): WantedFile {
  const address = parseAddress(file.url);
  if (address === undefined) throw new PrefetchError(`${lock}: no address: ${printable(file.url)}`);
  return {
    arch,
    repository: file.repoid ?? otherwise,
    name: fileNameOf(file.url),
    repoid: file.repoid,
    ...address,
    address: hasUserinfo(file.url) ? address.url.href : file.url,
    size: file.size,
    checksum: file.checksum,
    lock,
  };
}

function missingArchitectures({ place, lock, architectures = [] }: LockInput): string[] {
  const there = lock.arches.map(({ arch }) => arch);
  return architectures
    .filter((arch) => !there.includes(arch))
    .map((arch) => `${place} has no packages for ${printable(arch)}; it has ${there.join(', ') || 'none'}`);
}

/** Names that two different files would have, and what stands in the way of our own directories. */
function twice(files: readonly WantedFile[]): string[] {
  const seen = new Map<string, WantedFile>();
  const problems: string[] = [];
  for (const file of files) {
    const place = placeOf(file);
    const other = seen.get(place) ?? file;
    seen.set(place, other);
    if (file.repository === RESERVED) problems.push(`${file.lock}: a repository is called ${RESERVED}`);
    if (other.address !== file.address || other.checksum !== file.checksum || other.size !== file.size)
      problems.push(`${file.lock}: ${place} would be ${other.address} and ${file.address}`);
  }
  return [...new Set(problems)];
}

/** Stands beside the repositories of an architecture. */
const RESERVED = 'repos.d';
