import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createDigester, type Descriptor, type TarEntry, writeTar } from '#lib/oci';
import { gzipStream } from './gzip-stream.ts';

/** Layers of oras have this type where nobody names another: it says tar, although the archive is compressed. */
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** Writes an archive to a new file; whoever pushes it needs its size and digest before the first byte. */
export async function writeArchive(
  path: string,
  entries: Iterable<TarEntry>,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const digester = createDigester();
  await using file = await open(path, 'wx', 0o600);
  for await (const bytes of gzipStream(writeTar(entries))) {
    signal?.throwIfAborted();
    digester.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at);
  }
  return { mediaType: LAYER, digest: digester.digest(), size: digester.size };
}
