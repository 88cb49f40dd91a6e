import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architectures } from '#lib/compose-fixture';
import { run } from '#lib/process';
import { formatRpmLock } from '#lib/rpm-lock';

export interface LockedRpms {
  /** Text of rpms.lock.yaml. */
  readonly lock: string;
  readonly files: readonly {
    readonly url: string;
    readonly sha256: string;
    /** `<architecture>/<file>`. */
    readonly place: string;
  }[];
}

/** Bytes of the file in each package. */
const CONTENT = 65_536;

/** Builds so many packages for each architecture into a directory that is served at `url`. */
export async function writeLockedRpms(directory: string, url: string, each: number): Promise<LockedRpms> {
  const found = [];
  for (const { rpm: arch } of architectures) {
    const names = await buildRpms(directory, arch, each);
    found.push({
      arch,
      files: names.map((name) => {
        const bytes = readFileSync(join(directory, arch, name));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return { url: `${url}/${arch}/${name}`, size: bytes.length, sha256, place: `${arch}/${name}` };
      }),
    });
  }
  const lock = formatRpmLock({
    lockfileVersion: 1,
    lockfileVendor: 'redhat',
    arches: found.map(({ arch, files }) => ({
      arch,
      packages: files.map(({ url, size, sha256 }) => ({
        url,
        repoid: 'fedora',
        size,
        checksum: `sha256:${sha256}`,
        name: undefined,
        evr: undefined,
        sourcerpm: undefined,
      })),
      source: [],
      module_metadata: [],
    })),
  });
  return { lock, files: found.flatMap(({ files }) => files) };
}

/** Names of the files of packages of one build, which lie in a directory of their architecture. */
async function buildRpms(directory: string, arch: string, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `package${index}`);
  const work = mkdtempSync(join(tmpdir(), 'bench-rpmbuild-'));
  try {
    const spec = join(work, 'many.spec');
    const make = `head -c ${CONTENT} /dev/urandom >%{buildroot}/usr/share/$name`;
    writeFileSync(
      spec,
      [
        'Name: many\nVersion: 1\nRelease: 1\nSummary: A test\nLicense: MIT\n%description\nA test.',
        `%install\nmkdir -p %{buildroot}/usr/share\nfor name in ${names.join(' ')}; do ${make}; done`,
        ...names.map(
          (name) =>
            `%package -n ${name}\nSummary: A test\n%description -n ${name}\nA test.\n%files -n ${name}\n/usr/share/${name}`,
        ),
        '',
      ].join('\n'),
    );
    const defines = [
      `_topdir ${work}/build`,
      `_rpmdir ${work}/rpms`,
      '_binary_payload w1.gzdio',
      '__os_install_post %{nil}',
      'debug_package %{nil}',
      '_build_id_links none',
    ];
    const defined = defines.flatMap((macro) => ['--define', macro]);
    await run('rpmbuild', ['-bb', '--target', `${arch}-linux`, ...defined, spec]);
    renameSync(join(work, 'rpms', arch), join(directory, arch));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return names.map((name) => `${name}-1-1.${arch}.rpm`);
}
