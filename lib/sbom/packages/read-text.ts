import type { Rootfs } from '#lib/rootfs';
import { quoted } from '#lib/text';
import { InvalidPackageListError } from '../errors.ts';

/** The text of a file of an image; undefined where there is none. @throws {InvalidPackageListError} */
export function readText(rootfs: Pick<Rootfs, 'read'>, path: string): string | undefined {
  const file = rootfs.read(path);
  if (file.kind === 'absent') return undefined;
  if (file.kind === 'unreadable') throw unreadable(path, file.why);
  return file.bytes.toString('utf8');
}

export function unreadable(path: string, why: string): InvalidPackageListError {
  return new InvalidPackageListError(
    `cannot tell what is installed: the image's ${quoted(`/${path}`)} cannot be read: ${why}`,
  );
}
