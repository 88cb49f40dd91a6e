import * as z from 'zod';
import { type Image, type Options, openLayer, type ReadableTarget } from '#lib/oci';
import { type Rootfs, readRootfs, type Want } from '#lib/rootfs';
import { readRpmdb, rpmdbPaths } from '#lib/rpm';
import { InvalidPackageListError } from './errors.ts';
import type { Package } from './spdx.ts';

const DPKG_STATUS = 'var/lib/dpkg/status';
const NPM_LIST = 'usr/libexec/bootc-catalog/packages.json';
const wanted: ReadonlyMap<string, Want> = new Map<string, Want>([
  ...[DPKG_STATUS, NPM_LIST, 'usr/lib/os-release', 'etc/os-release'].map(
    (path) => [path, 'content'] as const,
  ),
  ...rpmdbPaths.map((path) => [path, 'spool'] as const),
]);
/** dpkg's list of a full system has some megabytes. */
const LIMIT = 32 * 1024 * 1024;

/** The packages of an image for one platform, as the databases in its layers say: nothing is run, nothing unpacked. */
export async function packagesOfImage(
  target: ReadableTarget,
  { manifest, config }: Pick<Image, 'manifest' | 'config'>,
  options: Options = {},
): Promise<readonly Package[]> {
  const layers = manifest.layers.map((layer, index) => ({
    name: `layer ${index + 1} (${layer.digest})`,
    open: () => openLayer(target, layer, { ...options, diffId: config.rootfs.diff_ids[index] }),
  }));
  await using rootfs = await readRootfs(layers, {
    wanted: () => wanted,
    likely: (path) => wanted.get(path),
    limits: { file: LIMIT },
  });
  const distribution = osRelease(rootfs);
  const found = [...(await rpms(rootfs, distribution)), ...debs(rootfs, distribution), ...npms(rootfs)];
  return found.sort((a, b) => (a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0));
}

interface Distribution {
  readonly id: string;
  /** What the qualifier `distro` of a purl says: `fedora-43`; a rolling distribution has no version. */
  readonly distro: string;
}

function osRelease(rootfs: Rootfs): Distribution {
  const text = rootfs.text('usr/lib/os-release') ?? rootfs.text('etc/os-release') ?? '';
  const value = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
  const id = value('ID') || 'linux';
  return { id, distro: [id, value('VERSION_ID')].filter((part) => part !== '').join('-') };
}

async function rpms(rootfs: Rootfs, { id, distro }: Distribution): Promise<Package[]> {
  for (const path of rpmdbPaths) {
    const spooled = rootfs.spooled(path);
    if (spooled.kind === 'unreadable')
      throw new InvalidPackageListError(
        `cannot tell what is installed: /${path} cannot be read: ${spooled.why}`,
      );
    if (spooled.kind === 'absent') continue;
    return (await readRpmdb(spooled.file)).map((rpm) => ({
      name: rpm.name,
      version: `${rpm.version}-${rpm.release}`,
      ...(rpm.license === undefined ? {} : { license: rpm.license }),
      purl: `pkg:rpm/${id}/${encodeURIComponent(rpm.name)}@${encodeURIComponent(`${rpm.version}-${rpm.release}`)}?${query(
        {
          arch: rpm.arch,
          distro,
          ...(rpm.epoch > 0 ? { epoch: String(rpm.epoch) } : {}),
        },
      )}`,
    }));
  }
  return [];
}

/** Paragraphs of dpkg's status file (deb822). */
function debs(rootfs: Rootfs, { id, distro }: Distribution): Package[] {
  const paragraphs = (rootfs.text(DPKG_STATUS) ?? '').split('\n\n');
  return paragraphs.flatMap((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';
    if (!field('Status').endsWith(' installed')) return [];
    const name = field('Package');
    const full = field('Version');
    return [
      {
        name,
        version: full,
        purl: `pkg:deb/${id}/${encodeURIComponent(name)}@${encodeURIComponent(full)}?${query({
          arch: field('Architecture'),
          distro,
        })}`,
      },
    ];
  });
}

const NpmList = z.array(z.object({ name: z.string().min(1), version: z.string(), license: z.string() }));

/** What was bundled into the steps, as their build wrote it down. */
function npms(rootfs: Rootfs): Package[] {
  const text = rootfs.text(NPM_LIST);
  if (text === undefined) return [];
  return npmList(text).map(({ name, version, license }) => ({
    name,
    version,
    license,
    purl: `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}`,
  }));
}

function npmList(text: string): z.infer<typeof NpmList> {
  try {
    return NpmList.parse(JSON.parse(text));
  } catch (cause) {
    throw new InvalidPackageListError(
      `cannot tell what is in the steps: the image's ${NPM_LIST} is no list of packages`,
      {
        cause,
        hint: 'build the step image again: make image',
      },
    );
  }
}

function query(qualifiers: Readonly<Record<string, string>>): string {
  return Object.entries(qualifiers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
}
