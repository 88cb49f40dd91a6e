import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { ExpectedError } from '#lib/errors';
import type { RegistryClient } from '#lib/oci';
import { replaceDirectory } from '#lib/process';
import { quoted } from '#lib/text';
import { parseArtifactUri } from './artifact-uri.ts';
import { InvalidArtifactError } from './errors.ts';
import { readArchive } from './read-archive.ts';
import { type ArtifactLog, hasSkipFile, SKIP_FILE } from './skip.ts';
import { createUnpacker } from './unpack.ts';

export interface UseOptions {
  /** Result of a create step: `oci:<repository>@sha256:<hex>`; an empty one is passed over with a warning. */
  readonly uri: string;
  /** A directory that need not be there, and is no mount point: what is in it gives way to the artifact. */
  readonly destination: string;
  readonly client: RegistryClient;
  readonly signal?: AbortSignal | undefined;
  readonly log?: ArtifactLog | undefined;
}

/**
 * Puts an artifact into its place. It is unpacked beside the destination while it comes, and moved there as a whole when
 * its digest has turned out right; in every other case the destination stays what it was.
 *
 * @throws {InvalidArtifactError} for a URI that is none, and an archive that is broken or would leave its place
 * @throws {DigestMismatchError} when the registry gives other bytes
 */
export async function useArtifact(options: UseOptions): Promise<void> {
  const { uri, destination, client, signal, log } = options;
  const target = resolve(destination);
  if (uri === '') {
    log?.warn(`there is no artifact for ${destination}: nothing is put there`);
    return;
  }
  const { repository: reference, digest } = parseArtifactUri(uri);
  if (target === '/' || realPath(target) === '/')
    throw new InvalidArtifactError(`${quoted(destination)} is the root directory, where no artifact may go`);
  if (hasSkipFile(target)) {
    log?.warn(`${destination} has ${SKIP_FILE}: ${uri} is not put there`);
    return;
  }
  const repository = client.repository(reference);
  const blob = await repository.findBlob(digest, { signal });
  try {
    await replaceDirectory(target, async (fresh) => {
      const unpacker = createUnpacker(fresh);
      await readArchive(repository, blob, { uri, signal, onEntry: (entry) => unpacker.add(entry) });
      unpacker.finish();
    });
  } catch (error) {
    throw describeFailure(error, destination);
  }
  log?.info(`${destination}: ${uri}`);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Says of an error of the file system what could not be done. */
function describeFailure(error: unknown, destination: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof ExpectedError || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error;
  const hint = code === 'EBUSY' ? 'a mount point cannot be replaced: use a directory inside it' : undefined;
  return new ExpectedError(`cannot put an artifact into ${quoted(destination)}: ${message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
