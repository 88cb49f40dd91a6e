import { ExpectedError } from '#lib/errors';
import { readTrustedCa } from '#lib/konflux';
import { parseReference, type Reference, RegistryError } from '#lib/oci';
import { InvalidReleaseError } from '#lib/release';
import { artifactClient, createArtifacts, parseArtifactUri, useArtifact } from '#lib/trusted-artifacts';
import { type DataContext, dataPlace, isUnnamed } from './place.ts';

interface Travel extends DataContext {
  readonly log: {
    readonly info: (message: string) => void;
    readonly warn: (message: string) => void;
  };
  readonly signal?: AbortSignal;
}

interface Use extends Travel {
  readonly params: DataContext['params'] & { readonly sourceDataArtifact: string };
}

interface Create extends Travel {
  readonly params: DataContext['params'] & {
    readonly sourceDataArtifact?: string;
    readonly ociArtifactExpiresAfter: string;
  };
}

/**
 * The step use-trusted-artifact: puts the files of the release where the other steps look for them.
 *
 * @throws {InvalidReleaseError} where they are neither in an artifact nor in a workspace
 */
export async function useReleaseFiles({ params, workspaces, log, signal }: Use): Promise<void> {
  const { directory, travelsBy } = dataPlace({ params, workspaces });
  const uri = params.sourceDataArtifact;
  if (travelsBy === 'workspace') return log.info('the files of the release are in the workspace');
  if (uri === '')
    throw new InvalidReleaseError('there are no files of a release: sourceDataArtifact is empty', {
      hint: 'give the result of the task before, or bind the workspace data to a claim and leave ociStorage empty',
    });
  using client = artifactClient({ uris: [uri] }, await readTrustedCa());
  await useArtifact({ uri, destination: directory, client, signal, log });
}

/**
 * The step create-trusted-artifact: hands the files on.
 *
 * @param first gives the repository where the files have none yet: that of an image of the release
 * @returns the result sourceDataArtifact; empty where the files stay in the workspace
 * @throws {ExpectedError} where they cannot be stored
 */
export async function createReleaseFiles(
  { params, workspaces, log, signal }: Create,
  first?: () => string,
): Promise<string> {
  const { directory, travelsBy } = dataPlace({ params, workspaces });
  if (travelsBy === 'workspace') {
    log.info('the files of the release stay in the workspace');
    return '';
  }
  const store = storeOf(params, first);
  using client = artifactClient({ store }, await readTrustedCa());
  const artifacts = [{ name: 'sourceDataArtifact', path: directory }];
  const expiresAfter = params.ociArtifactExpiresAfter;
  try {
    const { sourceDataArtifact = '' } = await createArtifacts({
      store,
      artifacts,
      expiresAfter,
      client,
      signal,
      log,
    });
    return sourceDataArtifact;
  } catch (error) {
    if (!(error instanceof RegistryError) || !isUnnamed(params.ociStorage)) throw error;
    throw new ExpectedError(`cannot store the files of the release in ${store}: ${error.message}`, {
      cause: error,
      hint: 'name a repository that this account may push to: pipelineRef.ociStorage of the ReleasePlan',
    });
  }
}

/**
 * Where the files go: to the storage that is named, else where they came from, else where the images of the release are.
 * They have a tag of the TaskRun, since a registry may forget what has none while the release is under way.
 */
function storeOf({ ociStorage, sourceDataArtifact = '' }: Create['params'], first?: () => string): string {
  const named = parseReference(nameOf(ociStorage, sourceDataArtifact, first));
  const uid = process.env.RELEASE_UID ?? '';
  const tag = named.tag ?? (uid === '' ? undefined : `release-${uid}`);
  return `${repositoryOf(named)}${tag === undefined ? '' : `:${tag}`}`;
}

function nameOf(ociStorage: string, sourceDataArtifact: string, first?: () => string): string {
  if (!isUnnamed(ociStorage)) return ociStorage;
  if (sourceDataArtifact !== '') return repositoryOf(parseArtifactUri(sourceDataArtifact).repository);
  if (first !== undefined) return repositoryOf(parseReference(first()));
  throw new InvalidReleaseError('the files of the release can go nowhere: ociStorage is empty', {
    hint: 'name a repository: pipelineRef.ociStorage of the ReleasePlan',
  });
}

function repositoryOf({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}
