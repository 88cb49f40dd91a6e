import zlib from 'node:zlib';
import { JSONParser } from '@streamparser/json';
import { TABLE_JSON_MAX, TABLE_TEXT_MAX } from '../limits.ts';

const WINDOW_LOG_MAX = 27;
const PIECE = 64 * 1024;

/**
 * Reads a table of contents as it is uncompressed, and calls back for each entry, until one is refused.
 *
 * @param entry takes an entry as JSON has it, and says what is wrong with it
 * @returns what is wrong with the table
 */
export async function parseToc(
  table: Buffer,
  isCompressed: boolean,
  entry: (value: unknown) => string | undefined,
): Promise<string | undefined> {
  const parser = new JSONParser({ paths: ['$.*', '$.entries.*'], keepStack: false });
  const seen = new Set<string>();
  let why: string | undefined;
  parser.onValue = ({ key, value, stack }) => {
    if (why !== undefined) return;
    if (stack.length > 1) why = entry(value);
    else why = strange(String(key), value, seen);
  };
  let isEnded = false;
  parser.onEnd = () => {
    isEnded = true;
  };
  parser.onError = () => {
    why ??= 'is no JSON';
  };
  const size = createSizes();
  try {
    for await (const piece of isCompressed ? uncompressed(table) : pieces(table)) {
      why ??= size(piece);
      if (why !== undefined) return why;
      parser.write(piece);
    }
  } catch (error) {
    return why ?? (isZlib(error) ? 'is broken zstd' : 'is no JSON');
  }
  if (why !== undefined) return why;
  return isEnded && seen.has('entries') && seen.has('version')
    ? undefined
    : 'is no JSON of a table of contents';
}

/** What stands beside the entries: each once, since engines take the last of two, or both. */
function strange(key: string, value: unknown, seen: Set<string>): string | undefined {
  const isKnown =
    key === 'version'
      ? value === 1
      : key === 'entries'
        ? Array.isArray(value)
        : key === 'tarSplitDigest' && typeof value === 'string';
  if (!isKnown || seen.has(key)) return `says ${JSON.stringify(key)} twice, or otherwise than expected`;
  seen.add(key);
  return undefined;
}

function createSizes(): (piece: Uint8Array) => string | undefined {
  let size = 0;
  let token = 0;
  return (piece) => {
    size += piece.length;
    const quote = piece.lastIndexOf(0x22);
    token = quote === -1 ? token + piece.length : piece.length - quote;
    if (size > TABLE_JSON_MAX) return `has more than ${TABLE_JSON_MAX} bytes`;
    return token > TABLE_TEXT_MAX ? `has a text of more than ${TABLE_TEXT_MAX} bytes` : undefined;
  };
}

async function* uncompressed(table: Buffer): AsyncGenerator<Uint8Array> {
  const decompressor = zlib.createZstdDecompress({
    chunkSize: PIECE,
    params: { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
  });
  decompressor.end(table);
  yield* decompressor;
}

function* pieces(table: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < table.length; at += PIECE) yield table.subarray(at, at + PIECE);
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).includes('Z');
}
