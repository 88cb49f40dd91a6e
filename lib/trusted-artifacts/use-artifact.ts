import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdtempDisposable, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parseReference, type RegistryClient } from '#lib/oci';
import { replaceDirectory } from '#lib/process';
import { quoted } from '#lib/text';
import { type Log, SKIP } from './create-artifacts.ts';
import { InvalidArtifactError } from './errors.ts';
import { unpack } from './unpack.ts';

export interface UseOptions {
  /** `oci:<repository>@sha256:…`; with an empty one nothing is done. */
  readonly uri: string;
  /** Directory that gets what is in the artifact, in place of what is there. */
  readonly destination: string;
  readonly client: RegistryClient;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Log | undefined;
}

/**
 * Fetches an artifact and unpacks it. Nothing is to be seen at the destination before the digest is right; then all of it is
 * there, and what was there before is gone.
 *
 * @throws {InvalidArtifactError} for a URI that is none, or an archive with an entry that would leave the destination
 * @throws {DigestMismatchError} {RegistryError} and what else a registry brings
 */
export async function useArtifact(options: UseOptions): Promise<void> {
  const { uri, client, signal, log } = options;
  const destination = resolve(options.destination);
  if (uri === '') return log?.warn(`nothing is put into ${destination}: the artifact is empty`);
  if ((await realpath(destination).catch(() => destination)) === '/')
    throw new InvalidArtifactError('cannot unpack an artifact into /');
  if (existsSync(join(destination, SKIP)))
    return log?.warn(`nothing is put into ${destination}: it has a file ${SKIP}`);
  const { repository, digest } = parseUri(uri);
  const target = client.repository(repository);
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'trusted-artifacts-'));
  const archive = join(scratch.path, 'archive.tar.gz');
  const blob = await target.findBlob(digest, { signal });
  await pipeline(Readable.from(target.fetch(blob, { signal })), createWriteStream(archive));
  await replaceDirectory(destination, async (fresh) => {
    const tar = createGunzip({ chunkSize: BUFFER });
    const read = pipeline(createReadStream(archive, { highWaterMark: BUFFER }), tar);
    // The stream tells the failure to its reader.
    read.catch(() => {});
    await unpack(tar, fresh, signal);
  });
  log?.info(`${uri} is in ${destination}`);
}

/** Bytes that are read and unpacked at once. */
const BUFFER = 256 * 1024;

function parseUri(uri: string) {
  const name = /^oci:(?<name>[^@\s]+@sha256:[0-9a-f]{64})$/.exec(uri)?.groups?.name;
  if (name !== undefined) {
    const reference = parseReference(name);
    const { digest, tag } = reference;
    if (digest !== undefined && tag === undefined) return { repository: reference, digest };
  }
  throw new InvalidArtifactError(`${quoted(uri)} is no trusted artifact`, {
    hint: 'expected oci:<repository>@sha256:<digest>',
  });
}
