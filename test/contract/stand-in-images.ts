import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '#lib/compose-fixture';
import { type LayerFile, ociArchitecture, packLayer, pushImage, pushIndex, type Repository } from '#lib/oci';
import { run } from '#lib/process';

/** What a build needs of the compose: a shell, its tools, and what tells the release. */
const BASE = [
  'filesystem',
  'setup',
  'bash',
  'coreutils',
  'fedora-release',
  'fedora-repos',
  'fedora-gpg-keys',
];

interface Compose {
  /** With `compose/Everything/<architecture>/os`. */
  readonly directory: string;
  /** Where it is served. */
  readonly url: string;
}

/** Pushes an index with the tag 43: packages of the compose, installed by rpm itself. */
export async function pushBase(
  repository: Repository,
  { directory }: Compose,
  architectures: readonly Architecture[],
): Promise<void> {
  const members = architectures.map(async (architecture) => {
    const root = join(directory, 'roots', architecture);
    mkdirSync(root, { recursive: true });
    const flags = ['--nodeps', '--noscripts', '--nosignature', '--ignorearch', '--ignoreos'];
    const database = ['--define', '_dbpath /usr/lib/sysimage/rpm', '--define', '_db_backend sqlite'];
    const packages = packagesOf(directory, architecture);
    await run('rpm', ['--root', root, ...flags, ...database, '--install', ...packages]);
    const layer = await packLayer(filesOf(root));
    const config = { os: 'linux', architecture: ociArchitecture(architecture), config: { Cmd: ['/bin/sh'] } };
    return pushImage(repository, { config, layers: [layer] });
  });
  await pushIndex(repository, { manifests: await Promise.all(members), tags: ['43'] });
}

/** Pushes the image that points dnf at the compose, with the tag 43, for each architecture. */
export async function pushRepos(
  repository: Repository,
  { url }: Compose,
  architectures: readonly Architecture[],
): Promise<void> {
  const content = `[fedora]\nname=Fedora\nbaseurl=${url}/compose/Everything/$basearch/os/\n`;
  const layer = await packLayer([{ path: 'etc/yum.repos.d/compose.repo', content }]);
  const members = architectures.map((architecture) =>
    pushImage(repository, {
      config: { os: 'linux', architecture: ociArchitecture(architecture) },
      layers: [layer],
    }),
  );
  await pushIndex(repository, { manifests: await Promise.all(members), tags: ['43'] });
}

function packagesOf(directory: string, architecture: Architecture): readonly string[] {
  const os = join(directory, 'compose/Everything', architecture, 'os');
  const files = readdirSync(os, { recursive: true, encoding: 'utf8' });
  return BASE.map((name) => {
    const file = files.find((one) => new RegExp(`/${name}-[^-]+-[^-]+\\.rpm$`).test(one));
    if (file === undefined) throw new Error(`the compose has no ${name} for ${architecture}`);
    return join(os, file);
  });
}

function filesOf(root: string, below = ''): readonly LayerFile[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry): readonly LayerFile[] => {
    const path = join(below, entry.name);
    const at = join(root, path);
    if (entry.isSymbolicLink()) return [{ path, link: readlinkSync(at) }];
    const mode = statSync(at).mode & 0o7777;
    if (entry.isDirectory()) return [{ path, directory: true, mode }, ...filesOf(root, path)];
    return [{ path, content: readFileSync(at), mode }];
  });
}
