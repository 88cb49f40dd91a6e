import { createHash } from 'node:crypto';
import { type TarItem, tarOf } from './tar-writer.ts';

/** A file of an image: its bytes, the target of a link, or a directory. */
export type ImageFile = string | Buffer | { readonly link: string } | { readonly directory: true };

export type ImageFiles = Readonly<Record<string, ImageFile>>;

/**
 * How the exporter packs: everything in one layer; in chunks, each with the objects that it links to, over a layer of the
 * structure; objects in one layer and links in the next, which no exporter writes and bootc's importer reads.
 */
export type OstreeLayout = 'whole' | 'chunked' | 'apart';

/** The same files as a plain layer: what buildah or tar would write. */
export function plainLayer(files: ImageFiles): Buffer {
  return tarOf([
    ...directoriesOf(files),
    ...Object.entries(files).flatMap(([path, file]) => plainItem(path, file)),
  ]);
}

/**
 * Layers as bootc's exporter writes them (crates/ostree-ext/src/tar/export.rs: `write_repo_structure`, `append_content`,
 * `append_content_hardlink`, `export_chunk`): every file and symbolic link is an object below sysroot/ostree/repo, after
 * the object of its attributes; its name in the tree is a hard link to it; only empty files stand by themselves. Headers
 * are GNU's, directories have no slash.
 */
export function ostreeLayers(files: ImageFiles, layout: OstreeLayout): readonly Buffer[] {
  const entries = Object.entries(files).filter(([, file]) => !isDirectory(file));
  const links = entries.map(([path, file]) => linkOf(path, file));
  const commit: TarItem = { path: `${objects}/${hash('commit')}.commit`, form: 'gnu', content: 'commit' };
  const structure = [...repository, commit, ...directoriesOf(files)];
  if (layout === 'whole') return [tarOf([...structure, ...objectsOf(entries), ...links])];
  if (layout === 'apart')
    return [
      tarOf([...repository, commit, ...objectsOf(entries)]),
      tarOf([...directoriesOf(files), ...links]),
    ];
  const half = Math.ceil(entries.length / 2);
  const chunk = (some: typeof entries) =>
    tarOf([...repository, ...objectsOf(some), ...some.map(([path, file]) => linkOf(path, file))]);
  return [tarOf(structure), chunk(entries.slice(0, half)), chunk(entries.slice(half))];
}

const objects = 'sysroot/ostree/repo/objects';

const repository: readonly TarItem[] = [
  './',
  'sysroot',
  'sysroot/ostree',
  'sysroot/ostree/repo',
  objects,
  ...Array.from({ length: 256 }, (_, index) => `${objects}/${index.toString(16).padStart(2, '0')}`),
  ...['extensions', 'refs', 'refs/heads', 'refs/mirrors', 'refs/remotes', 'state', 'tmp', 'tmp/cache'].map(
    (name) => `sysroot/ostree/repo/${name}`,
  ),
].map((path): TarItem => ({ path, flag: '5', form: 'gnu', mode: 0o755 }));

function objectsOf(entries: readonly (readonly [string, ImageFile])[]): TarItem[] {
  const written = new Set<string>();
  return entries.flatMap(([, file]) => {
    const path = objectOf(file);
    if (written.has(path)) return [];
    written.add(path);
    return [{ path: `${path}-xattrs-link`, form: 'gnu', content: 'xattrs' }, ...plainItem(path, file)];
  });
}

function linkOf(path: string, file: ImageFile): TarItem {
  if ((typeof file === 'string' || Buffer.isBuffer(file)) && file.length === 0) return { path, form: 'gnu' };
  return {
    path,
    flag: '1',
    link: objectOf(file),
    form: 'gnu',
    mode: typeof file === 'object' && 'link' in file ? 0o777 : 0o644,
  };
}

function objectOf(file: ImageFile): string {
  const isLink = typeof file === 'object' && 'link' in file;
  const checksum = hash(isLink ? `link ${file.link}` : (file as string | Buffer));
  return `${objects}/${checksum}.file`;
}

function hash(content: string | Buffer): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `${hex.slice(0, 2)}/${hex.slice(2)}`;
}

function plainItem(path: string, file: ImageFile): TarItem[] {
  if (isDirectory(file)) return [];
  if (typeof file === 'object' && 'link' in file)
    return [{ path, flag: '2', link: file.link, mode: 0o777, form: 'gnu' }];
  return [{ path, content: file, form: 'gnu' }];
}

/** Directories that are named, and those on the way to a file; ostree leaves out sysroot, which it writes itself. */
function directoriesOf(files: ImageFiles): TarItem[] {
  const directories = new Set<string>();
  for (const [path, file] of Object.entries(files)) {
    const parts = path.split('/');
    for (const [index] of parts.entries())
      if (index > 0 || isDirectory(file))
        directories.add(parts.slice(0, isDirectory(file) ? index + 1 : index).join('/'));
  }
  return [...directories].sort().map((path): TarItem => ({ path, flag: '5', form: 'gnu', mode: 0o755 }));
}

function isDirectory(file: ImageFile): file is { readonly directory: true } {
  return typeof file === 'object' && 'directory' in file;
}
