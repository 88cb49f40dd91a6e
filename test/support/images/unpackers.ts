import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { decodeName } from '../../../lib/rootfs/names.ts';
import { contentOf, type Listing } from './listing.ts';

/** Writes images as an OCI layout, one tag each, their layers uncompressed. */
export function writeLayout(
  directory: string,
  images: readonly { readonly name: string; readonly layers: readonly Buffer[] }[],
): void {
  const blobs = join(directory, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const blob = (mediaType: string, bytes: Buffer) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (mediaType: string, value: unknown) => blob(mediaType, Buffer.from(JSON.stringify(value)));
  const manifests = images.map(({ name, layers }) => {
    const descriptors = layers.map((layer) => blob('application/vnd.oci.image.layer.v1.tar', layer));
    const config = json('application/vnd.oci.image.config.v1+json', {
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: descriptors.map(({ digest }) => digest) },
    });
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = json(type, { schemaVersion: 2, mediaType: type, config, layers: descriptors });
    return { ...manifest, annotations: { 'org.opencontainers.image.ref.name': name } };
  });
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** Where a test cannot mount, it says why. */
export const whyNoBuildah: string | undefined =
  process.getuid?.() !== 0
    ? 'buildah mount is for root'
    : spawnSync('buildah', ['--version']).status === 0
      ? undefined
      : 'no buildah';

/** buildah with a storage of its own, on a file system in memory. */
export interface Buildah extends AsyncDisposable {
  /** What podman and buildah see of an image; the error where they refuse it. */
  list(layout: string, name: string): Promise<Listing | Error>;
}

export function createBuildah(scratch: string): Buildah {
  const root = join(scratch, 'root');
  const flags = ['--root', root, '--runroot', join(scratch, 'run'), '--storage-driver', 'overlay'];
  const buildah = (...args: readonly string[]) => execa('buildah', [...flags, ...args], { reject: false });
  return {
    async list(layout, name) {
      const made = await buildah('from', `oci:${layout}:${name}`);
      if (made.exitCode !== 0) {
        const error = new Error(made.stderr.trim().split('\n').at(-1) ?? '');
        // Anything else than a layer is a fault of the test's surroundings.
        if (!error.message.includes('adding layer with blob')) throw error;
        return error;
      }
      const mounted = await buildah('mount', made.stdout.trim());
      if (mounted.exitCode !== 0) throw new Error(mounted.stderr);
      return listingOf(mounted.stdout.trim());
    },
    async [Symbol.asyncDispose]() {
      // All at once, which is one process and not one for each.
      await buildah('rm', '--all');
      await buildah('rmi', '--all', '--force');
      await execa('umount', [join(root, 'overlay')], { reject: false });
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

export interface Umoci extends Pick<Buildah, 'list'> {
  /** `0.4.7` */
  readonly version: string;
}

/** The same by umoci; undefined where it is not installed. */
export async function createUmoci(scratch: string): Promise<Umoci | undefined> {
  const { exitCode, stdout } = await execa('umoci', ['--version'], { reject: false });
  if (exitCode !== 0) return undefined;
  return {
    version: /\d[\d.]*/.exec(stdout)?.[0] ?? '',
    async list(layout, name) {
      const bundle = join(scratch, name);
      const { exitCode, stderr } = await execa('umoci', ['unpack', '--image', `${layout}:${name}`, bundle], {
        reject: false,
      });
      try {
        return exitCode === 0
          ? listingOf(join(bundle, 'rootfs'))
          : new Error(stderr.trim().split('\n').at(-1) ?? '');
      } finally {
        rmSync(bundle, { recursive: true, force: true });
      }
    },
  };
}

function listingOf(root: string): Listing {
  const listing = new Map<string, string>();
  const visit = (directory: Buffer, path: string) => {
    for (const name of readdirSync(directory, { encoding: 'buffer' })) {
      const full = Buffer.concat([directory, Buffer.from('/'), name]);
      const at = path === '' ? decodeName(name) : `${path}/${decodeName(name)}`;
      // A whiteout that hides nothing is listed by overlayfs, and is not there.
      const stats = lstatSync(full, { throwIfNoEntry: false });
      if (!stats) continue;
      listing.set(at, tell(stats, full));
      if (stats.isDirectory()) visit(full, at);
    }
  };
  visit(Buffer.from(root), '');
  return listing;
}

function tell(stats: Stats, path: Buffer): string {
  const owner = `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`;
  if (stats.isSymbolicLink())
    return `symlink ${owner} -> ${decodeName(readlinkSync(path, { encoding: 'buffer' }))}`;
  if (stats.isDirectory()) return `directory ${owner}`;
  if (stats.isFile()) return `file ${owner} ${contentOf(readFileSync(path))}`;
  return `${stats.isFIFO() ? 'fifo' : 'device'} ${owner}`;
}
