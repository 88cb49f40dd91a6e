import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { ImageFiles } from '../../../lib/rpm/installed/image-files.ts';

/** What an image has at a path. */
export type File =
  | { readonly text: string }
  /** On this machine. */
  | { readonly file: string }
  | { readonly link: string }
  | { readonly unreadable: string };

export function text(content: string): File {
  return { text: content };
}

/** Stands for lib/rootfs, which may not be imported here. */
export function imageOf(files: Readonly<Record<string, File>>): ImageFiles {
  const directories = new Set(
    Object.keys(files).flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))),
  );
  const resolve = (path: string): string | undefined => {
    let at = '';
    for (const part of posix
      .normalize(path)
      .split('/')
      .filter((one) => one !== '' && one !== '.')) {
      at = posix.join(at, part);
      const entry = files[at];
      if (entry && 'link' in entry)
        at = resolve(posix.resolve('/', posix.dirname(at), entry.link).slice(1)) ?? 'nowhere';
    }
    return at in files || directories.has(at) ? at : undefined;
  };
  const found = (path: string) => files[resolve(path) ?? ''];
  return {
    paths: Object.keys(files),
    get(path) {
      const entry = files[path];
      if (entry) return { type: 'link' in entry ? 'symlink' : 'file' };
      return directories.has(path) ? { type: 'directory' } : undefined;
    },
    resolve,
    list(path) {
      const real = resolve(path);
      const below = Object.keys(files).filter((one) => one.startsWith(`${real}/`));
      return [...new Set(below.map((one) => one.slice((real?.length ?? 0) + 1).split('/')[0] ?? ''))].sort();
    },
    read(path) {
      const entry = found(path);
      if (entry === undefined) return { kind: 'absent' };
      if ('unreadable' in entry) return { kind: 'unreadable', path, why: entry.unreadable };
      return {
        kind: 'content',
        bytes: 'text' in entry ? Buffer.from(entry.text) : readFileSync('file' in entry ? entry.file : ''),
      };
    },
    spooled(path) {
      const entry = found(path);
      if (entry === undefined) return { kind: 'absent' };
      if ('unreadable' in entry) return { kind: 'unreadable', path, why: entry.unreadable };
      return { kind: 'spooled', file: 'file' in entry ? entry.file : import.meta.filename };
    },
  };
}
