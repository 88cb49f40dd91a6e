import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type Compression,
  createDigester,
  type Descriptor,
  type Digest,
  type Format,
  gzipBlocks,
  mediaTypeOf,
  type Options,
  openLayer,
  type ReadableTarget,
} from '#lib/oci';
import { clampTimes, withoutFiles } from '#lib/rootfs';

/** A layer, and where its bytes are. */
export interface PlacedLayer {
  readonly descriptor: Descriptor;
  /** The digest of the uncompressed tar. */
  readonly diffId: Digest;
  readonly from: ReadableTarget;
}

export interface LayerChoices {
  readonly format: Format;
  /** No file of a new layer gets a later time, in seconds since 1970; without it all times stay. */
  readonly latest: number | undefined;
  /** The layers of each base image, from the lowest up. */
  readonly bases: readonly (readonly PlacedLayer[])[];
  /** The directory of the image, where layers that are written anew are put. */
  readonly directory: string;
}

/** Files that take the place of those in a layer, as an archive of tar. */
export interface FilesInside {
  readonly paths: ReadonlySet<string>;
  readonly tar: Uint8Array;
}

/**
 * The layers of the finished image. Those of the base image are taken as its registry has them, so that they are not
 * pushed again; buildah has compressed them anew. New ones stay as they are, or are written again with other times.
 *
 * @param inside what the last layer gets, where that is to be no layer of its own
 */
export async function finishLayers(
  built: readonly PlacedLayer[],
  { format, latest, bases, directory }: LayerChoices,
  options: Options,
  inside?: FilesInside,
): Promise<readonly PlacedLayer[]> {
  const base = baseOf(built, bases);
  const finished: PlacedLayer[] = [];
  for (const [index, layer] of built.entries()) {
    const below = base[index];
    const same = below && sameIn(format, below);
    const isNew = below === undefined;
    const change = { latest: isNew ? latest : undefined, ...(index === built.length - 1 && { inside }) };
    if (change.inside) finished.push(await written(layer, change, { format, directory }, options));
    else if (same) finished.push(same);
    else if (latest === undefined) finished.push(layer);
    else finished.push(await written(layer, change, { format, directory }, options));
  }
  return finished;
}

/** The layers of the base image that stand lowest in this image; the most of them where several bases fit. */
function baseOf(
  built: readonly PlacedLayer[],
  bases: readonly (readonly PlacedLayer[])[],
): readonly PlacedLayer[] {
  const isBelow = (base: readonly PlacedLayer[]) =>
    base.every(({ diffId }, index) => diffId === built[index]?.diffId);
  return bases.filter(isBelow).reduce((most, base) => (base.length > most.length ? base : most), []);
}

/** The same bytes under the name that the format has for them; docker's knows no zstd. */
function sameIn(format: Format, layer: PlacedLayer): PlacedLayer | undefined {
  const known: readonly Compression[] = format === 'oci' ? ['none', 'gzip', 'zstd'] : ['none', 'gzip'];
  const { mediaType } = layer.descriptor;
  const compression = known.find((one) =>
    (['oci', 'docker'] as const).some((each) => mediaTypeOf('layer', each, one) === mediaType),
  );
  if (compression === undefined) return undefined;
  return {
    ...layer,
    descriptor: { ...layer.descriptor, mediaType: mediaTypeOf('layer', format, compression) },
  };
}

/** Compresses a layer into a file of its own, with no time after `latest`, and with files inside. */
async function written(
  { descriptor, diffId, from }: PlacedLayer,
  { latest, inside }: { readonly latest: number | undefined; readonly inside?: FilesInside | undefined },
  { format, directory }: Pick<LayerChoices, 'format' | 'directory'>,
  options: Options,
): Promise<PlacedLayer> {
  const tar = openLayer(from, descriptor, { ...options, diffId });
  const uncompressed = createDigester();
  const compressed = createDigester();
  let size = 0;
  async function* counted() {
    const clamped = latest === undefined ? tar : clampTimes(tar, latest);
    const complete = inside === undefined ? clamped : withFiles(clamped, inside);
    for await (const piece of gzipBlocks(through(complete, (chunk) => uncompressed.update(chunk)))) {
      compressed.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  const file = join(directory, 'layer');
  await pipeline(counted, createWriteStream(file), { signal: options.signal });
  const digest = compressed.digest();
  await rename(file, join(directory, digest.replace(/^.*:/, '')));
  return {
    descriptor: { mediaType: mediaTypeOf('layer', format, 'gzip'), digest, size },
    diffId: uncompressed.digest(),
    from,
  };
}

async function* withFiles(archive: AsyncIterable<Uint8Array>, { paths, tar }: FilesInside) {
  yield* withoutFiles(archive, paths);
  yield tar;
}

async function* through(chunks: AsyncIterable<Uint8Array>, look: (chunk: Uint8Array) => void) {
  for await (const chunk of chunks) {
    look(chunk);
    yield chunk;
  }
}
