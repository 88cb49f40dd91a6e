import { isUtf8 } from 'node:buffer';

/**
 * Bytes of a name as text. A byte that is no UTF-8 becomes half of a surrogate pair (as Python's surrogateescape), so
 * that two names never become one, and `isWellFormed` tells which are UTF-8.
 */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)),
    );
    text +=
      length === undefined
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** Bytes that a name has in the archive. */
export function nameLength(text: string): number {
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length || text.isWellFormed()) return bytes;
  // Each half of a pair stands for a byte, and is counted as the three of U+FFFD.
  return bytes - 2 * Array.from(text).filter((character) => !character.isWellFormed()).length;
}

/** A path as Go's `filepath.Clean` gives it; the root is empty. */
export function cleanPath(path: string): string {
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path;
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}`;
}

/**
 * Where a cleaned path lies in the directory of a layer: without the leading slash, and with `..` at the root being the
 * root.
 */
export function withinRoot(cleaned: string): string {
  return cleaned.startsWith('/') || cleaned.startsWith('..')
    ? cleaned.replace(/^(?:\/|\.\.(?:\/|$))+/, '')
    : cleaned;
}

/** A copy of a text that does not keep the longer one alive from which it was cut; V8 copies short ones by itself. */
export function own(text: string): string {
  if (text.length < 13) return text;
  return text.isWellFormed()
    ? Buffer.from(text).toString('utf8')
    : Buffer.from(text, 'utf16le').toString('utf16le');
}
