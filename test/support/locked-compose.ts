import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type Architecture, makeFixture, type ServedCompose, serveCompose } from '#lib/compose-fixture';
import { formatRpmLock, type LockedFile, type RpmLock } from '#lib/rpm-lock';

/** A compose on loopback, and what a lock says of its packages. */
export interface LockedCompose extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** A lock of all packages; `change` makes of each what is to stand there, undefined leaves it out. */
  lock(change?: (file: LockedFile, arch: string) => LockedFile | undefined): RpmLock;
}

/** @param directory is made */
export async function lockedCompose(
  directory: string,
  architectures: readonly Architecture[],
): Promise<LockedCompose> {
  const cache = resolve(import.meta.dirname, '../../.cache');
  await makeFixture({ directory, cache, architectures: [...architectures] });
  const served: ServedCompose = await serveCompose(directory);
  const files = architectures.map((arch) => ({ arch, files: filesOf(directory, arch, served.url) }));
  return {
    url: served.url,
    lock: (change = (file) => file) => ({
      lockfileVersion: 1,
      lockfileVendor: 'redhat',
      arches: files.map(({ arch, files }) => ({
        arch,
        packages: files.flatMap((file) => change(file, arch) ?? []),
        source: [],
        module_metadata: [],
      })),
    }),
    [Symbol.asyncDispose]: () => served.close(),
  };
}

/** Writes a lock where a source has it; gives the directory of the source. */
export function writeLock(source: string, lock: RpmLock): string {
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'rpms.lock.yaml'), formatRpmLock(lock));
  return source;
}

function filesOf(directory: string, arch: string, url: string): LockedFile[] {
  const repository = join(directory, 'compose/Everything', arch, 'os');
  return readdirSync(repository, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rpm'))
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
    .map((path) => {
      const bytes = readFileSync(join(repository, path));
      return {
        url: `${url}/${relative(directory, join(repository, path))}`,
        repoid: 'fedora',
        size: bytes.length,
        checksum: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
        name: undefined,
        evr: undefined,
        sourcerpm: undefined,
      };
    });
}
