import type { TarEntry } from '#lib/rootfs';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

/**
 * A path of an archive without what says nothing: `./a//b/` is `a/b`, and the root is empty. It has one character for
 * each byte (Latin-1), so that names that are no UTF-8 stay what they are.
 *
 * @throws {InvalidArtifactError} for one that would lead out of the directory
 */
export function ownName(entry: TarEntry, path: Uint8Array, what: string): string {
  const text = Buffer.from(path).toString('latin1');
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const why = text.startsWith('/')
    ? 'absolute'
    : parts.includes('..')
      ? 'outside of it by ".."'
      : text === '' || text.includes('\0')
        ? 'no path'
        : undefined;
  if (why === undefined) return parts.join('/');
  throw new InvalidArtifactError(
    `its entry ${textOf(entry.path)} is refused: ${what} ${why}${what.endsWith('to') ? ` (${textOf(path)})` : ''}`,
  );
}

/** A name for messages. */
export function textOf(name: Uint8Array | string): string {
  return quoted((typeof name === 'string' ? Buffer.from(name, 'latin1') : Buffer.from(name)).toString());
}
