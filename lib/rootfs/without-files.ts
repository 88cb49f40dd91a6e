import { createByteReader } from './byte-reader.ts';
import { InvalidLayerError } from './errors.ts';
import { type PaxRecords, parsePax } from './pax.ts';
import { padded, padding, pass, recordsOf, storedSize } from './raw-tar.ts';
import { BLOCK, parseHeader } from './tar-header.ts';

/**
 * The same tar archive without what it has at these paths, and without its end, so that other entries can follow. All
 * else stays byte for byte.
 *
 * @param paths relative to the root, without a leading ./
 * @throws {InvalidLayerError} for what is no tar archive, for an old sparse file, and for a hard link to what is left out
 */
export async function* withoutFiles(
  chunks: AsyncIterable<Uint8Array>,
  paths: ReadonlySet<string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = createByteReader(chunks);
  const found = new Set<string>();
  // The headers that stand before the one of the entry that they tell of.
  let held: Uint8Array[] = [];
  let extended: PaxRecords = new Map();
  let long: { path?: Buffer; link?: Buffer } = {};
  for (;;) {
    const block = Buffer.from(await reader.take(BLOCK));
    if (block.length === 0 || (block.length === BLOCK && block.every((byte) => byte === 0))) {
      await reader.skip(Number.MAX_SAFE_INTEGER);
      return;
    }
    if (block.length < BLOCK) throw new InvalidLayerError('a layer ends inside a header');
    const header = parseHeader(block);
    const { flag } = header;
    if (flag === 'S') throw new InvalidLayerError('cannot take files out of a layer with an old sparse file');
    if (flag === 'x' || flag === 'L' || flag === 'K' || flag === 'g') {
      const data = await recordsOf(reader, header);
      held.push(block, padded(data));
      if (flag === 'x') extended = parsePax(data);
      if (flag === 'L') long = { ...long, path: data };
      if (flag === 'K') long = { ...long, link: data };
      if (flag !== 'g') continue;
      yield* held;
      held = [];
      continue;
    }
    const path = nameOf(long.path ?? extended.get('path') ?? header.path);
    const link = flag === '1' ? nameOf(long.link ?? extended.get('linkpath') ?? header.link) : '';
    if (found.has(link)) throw new InvalidLayerError(`${path} is a hard link to ${link}, which is left out`);
    const size = storedSize(header, extended);
    if (paths.has(path)) {
      found.add(path);
      if ((await reader.skip(size + padding(size))) > 0)
        throw new InvalidLayerError('a layer ends inside a file');
    } else {
      yield* held;
      yield block;
      yield* pass(reader, size + padding(size), 'a layer ends inside a file');
    }
    held = [];
    extended = new Map();
    long = {};
  }
}

/** A path as it stands in an archive, which GNU's long names end with a NUL. */
function nameOf(bytes: Buffer): string {
  return bytes
    .toString()
    .replace(/\0.*$/s, '')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '');
}
