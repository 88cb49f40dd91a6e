import { posix } from 'node:path';
import * as z from 'zod';
import { type Evr, InvalidNevraError, parseNevra } from '#lib/rpm';
import { printable } from '#lib/text';
import { InvalidManifestLockError } from './errors.ts';
import { parseFile } from './parse-file.ts';
import type { SourceFiles } from './source-files.ts';

/** A package as a lock of rpm-ostree names it. */
export interface LockedPackage {
  readonly name: string;
  readonly evr: Evr;
  /** That of its file; an override may leave it open: then it is the machine's, or noarch. */
  readonly arch: string | undefined;
  /** `sha256:…`, where the lock has one. */
  readonly digest: string | undefined;
  /** Whether an override alone names it: then it is wanted where there is any package of its name. */
  readonly isAdded: boolean;
}

/** By architecture, in RPM's name of it. */
export type ManifestLocks = ReadonlyMap<string, readonly LockedPackage[]>;

const Entry = z.looseObject({
  evra: z.string().optional(),
  evr: z.string().optional(),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'is no digest, sha256:…')
    .optional(),
});

const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/**
 * A lock of rpm-ostree (rpm-ostree docs, treefile.md and rust/src/lockfile.rs). What it says of source packages is refused:
 * which packages such a line pins is known by their source alone.
 */
const Lock = z.looseObject({
  packages: z.record(z.string(), Entry).nullish(),
  'source-packages': z
    .record(z.string(), z.unknown())
    .nullish()
    .refine(
      (sources) => Object.keys(sources ?? {}).length === 0,
      'is not supported: name its packages under packages',
    ),
});

const LOCK = /^manifest-lock\.(?<arch>[a-z][a-z0-9_]*)\.json$/;

/**
 * Reads `manifest-lock.<arch>.json` of all architectures, with `manifest-lock.overrides.yaml` and
 * `manifest-lock.overrides.<arch>.yaml` over them, as coreos-assembler does.
 *
 * @returns nothing where the directory has no such lock
 * @throws {InvalidManifestLockError}
 */
export async function readManifestLocks(files: SourceFiles, directory: string): Promise<ManifestLocks> {
  const locks = new Map<string, readonly LockedPackage[]>();
  for (const file of await files.list(directory)) {
    const arch = LOCK.exec(file)?.groups?.arch;
    if (arch === undefined) continue;
    const packages = new Map((await readLock(files, directory, file)).map((one) => [one.name, one]));
    if (packages.size === 0) {
      throw new InvalidManifestLockError(`${posix.join(directory, file)} locks no package`);
    }
    for (const overrides of ['manifest-lock.overrides.yaml', `manifest-lock.overrides.${arch}.yaml`]) {
      for (const one of await readLock(files, directory, overrides)) {
        packages.set(one.name, { ...one, isAdded: packages.get(one.name)?.isAdded ?? true });
      }
    }
    locks.set(arch, [...packages.values()]);
  }
  return locks;
}

async function readLock(files: SourceFiles, directory: string, file: string): Promise<LockedPackage[]> {
  const path = posix.join(directory, file);
  const text = await files.read(path);
  if (text === undefined) return [];
  const { packages } = parseFile(Lock, text, path);
  return Object.entries(packages ?? {}).map(([name, entry]) => lockedPackage(name, entry, path));
}

function lockedPackage(
  name: string,
  { evra, evr, digest }: z.output<typeof Entry>,
  path: string,
): LockedPackage {
  const fail = (why: string) =>
    new InvalidManifestLockError(`cannot read ${printable(path)}: packages.${printable(name)}: ${why}`);
  if (!NAME.test(name)) throw fail('is no name of a package');
  if ((evra === undefined) === (evr === undefined)) throw fail('expected one of evra and evr');
  try {
    const nevra = parseNevra(`${name}-${evra ?? `${evr}.any`}`);
    if (nevra.name !== name) throw fail('its version has a hyphen too many');
    const { epoch, version, release, arch } = nevra;
    const isOpen = evra === undefined;
    return {
      name,
      evr: { epoch, version, release },
      arch: isOpen ? undefined : arch,
      digest,
      isAdded: false,
    };
  } catch (error) {
    if (error instanceof InvalidNevraError) throw fail(printable(error.message));
    throw error;
  }
}
