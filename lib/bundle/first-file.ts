import { unpackTar } from 'modern-tar';

const BLOCK = 512;

export interface FirstFile {
  readonly bytes: Uint8Array;
  readonly isTar: boolean;
}

/** What the resolver takes from a layer: the first entry of a tar, whatever its name, or all of what is none. */
export async function firstFile(bytes: Uint8Array): Promise<FirstFile> {
  const raw = { bytes, isTar: false };
  if (!isTar(bytes)) return raw;
  try {
    const [first] = await unpackTar(bytes, { strict: true });
    return first === undefined ? raw : { bytes: first.data ?? new Uint8Array(), isTar: true };
  } catch {
    // The resolver, too, takes what it cannot untar as it is.
    return raw;
  }
}

/** By the checksum of the first header (POSIX.1-2017, pax, "ustar Interchange Format"). */
function isTar(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK) return false;
  const field = Buffer.from(bytes.subarray(148, 156)).toString('latin1');
  const sum = bytes
    .subarray(0, BLOCK)
    .reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return Number.parseInt(field, 8) === sum;
}
