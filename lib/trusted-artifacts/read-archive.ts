import { type Descriptor, InvalidManifestError, openLayer, type Repository } from '#lib/oci';
import { InvalidLayerError, readTar, type TarEntry } from '#lib/rootfs';
import { InvalidArtifactError } from './errors.ts';

export interface ReadOptions {
  /** For messages. */
  readonly uri: string;
  readonly signal?: AbortSignal | undefined;
  readonly onEntry: (entry: TarEntry) => Promise<void> | void;
}

/**
 * Reads the entries of an archive as they come. Once it returns all bytes were right.
 *
 * @throws {DigestMismatchError} before anything that wrong bytes lead to
 * @throws {InvalidArtifactError} for an archive that has its digest and is broken, or is read in two ways
 */
export async function readArchive(
  repository: Repository,
  blob: Descriptor,
  { uri, signal, onEntry }: ReadOptions,
): Promise<void> {
  const bytes = repository.fetch(blob, { signal })[Symbol.asyncIterator]();
  async function* shared(): AsyncGenerator<Uint8Array> {
    for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
  }
  try {
    const tar = openLayer({ ...repository, fetch: () => shared() }, blob, { signal });
    await readTar(tar, onEntry, (why) => {
      throw new InvalidArtifactError(why);
    });
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    // What is wrong with the archive matters only where it is the right one.
    while (!(await bytes.next()).done);
    throw new InvalidArtifactError(`the artifact ${uri} cannot be unpacked: ${error.message}`, {
      cause: error,
    });
  } finally {
    await bytes.return?.();
  }
}

function isAboutContent(error: unknown): error is Error {
  return (
    error instanceof InvalidLayerError ||
    error instanceof InvalidManifestError ||
    error instanceof InvalidArtifactError
  );
}
