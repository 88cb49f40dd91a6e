import { createReadStream, existsSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Descriptor,
  describe,
  isAlreadyThere,
  mediaTypeOf,
  parseReference,
  type RegistryClient,
  type Repository,
} from '#lib/oci';
import { pack } from './pack.ts';

export interface Log {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
}

export interface CreateOptions {
  /** Repository, with or without a tag; the tag is moved to what is made. */
  readonly store: string;
  /** What is packed, by the title of the artifact, such as SOURCE_ARTIFACT. */
  readonly artifacts: readonly { readonly name: string; readonly path: string }[];
  /** When quay may delete it, such as 5d; empty for never. */
  readonly expiresAfter?: string | undefined;
  readonly client: RegistryClient;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Log | undefined;
}

/** A directory with a file of this name is not packed, and nothing is unpacked into it. */
export const SKIP = '.skip-trusted-artifacts';

/** Titles of artifacts with their URIs, `oci:<repository>@sha256:<digest of the blob>`. */
export type Uris = Readonly<Record<string, string>>;

/**
 * Packs directories and files, and pushes all of them as one manifest, as create of konflux-ci/build-trusted-artifacts does
 * with oras. What is to be skipped has no URI.
 *
 * @throws {InvalidArtifactError} for what cannot be packed
 * @throws {RegistryError} and what else a registry brings
 */
export async function createArtifacts(options: CreateOptions): Promise<Uris> {
  const { artifacts, client, signal, log } = options;
  const store = parseReference(options.store);
  const repository = client.repository(store);
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'trusted-artifacts-'));
  const layers: Descriptor[] = [];
  const uris: Record<string, string> = {};
  for (const { name, path } of artifacts) {
    if (existsSync(join(path, SKIP))) {
      log?.warn(`${name} is skipped: ${path} has a file ${SKIP}`);
      continue;
    }
    if (!existsSync(path)) log?.warn(`${name} is empty: there is no ${path}`);
    const archive = join(scratch.path, `${layers.length}.tar.gz`);
    const layer = await pack(path, archive, signal);
    if (!(await isAlreadyThere(repository, layer, { signal })))
      await repository.push(layer, () => createReadStream(archive), { signal });
    layers.push({ ...layer, annotations: { 'org.opencontainers.image.title': name } });
    uris[name] = `oci:${repository.name}@${layer.digest}`;
    log?.info(`${name} has ${layer.size} bytes: ${uris[name]}`);
  }
  if (layers.length > 0) await pushManifest(repository, layers, store.tag, options);
  return uris;
}

const EMPTY = Buffer.from('{}');

/** Fields and their order as oras 1.3 has them, without its time: equal trees give equal manifests. */
async function pushManifest(
  repository: Repository,
  layers: readonly Descriptor[],
  tag: string | undefined,
  { expiresAfter = '', signal }: CreateOptions,
): Promise<void> {
  const config = describe('application/vnd.oci.empty.v1+json', EMPTY);
  const mediaType = mediaTypeOf('manifest');
  const manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType: 'application/vnd.unknown.artifact.v1',
    config: { ...config, data: EMPTY.toString('base64') },
    layers,
    ...(expiresAfter === '' ? {} : { annotations: { 'quay.expires-after': expiresAfter } }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const descriptor = describe(mediaType, bytes);
  if (!(await isAlreadyThere(repository, config, { signal })))
    await repository.push(config, EMPTY, { signal });
  await repository.push(descriptor, bytes, { signal });
  if (tag !== undefined) await repository.tag(descriptor, tag, { signal });
}
