import { createReadStream, lstatSync, statSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import {
  type ArtifactPart,
  parseReference,
  pushArtifact,
  type RegistryClient,
  type TarEntry,
} from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';
import { listFile, listTree } from './list-tree.ts';
import { type ArtifactLog, hasSkipFile, SKIP_FILE } from './skip.ts';
import { writeArchive } from './write-archive.ts';

export interface ArtifactInput {
  /** Title of its layer and name of its result: `SOURCE_ARTIFACT`. */
  readonly name: string;
  /** A directory or a file; one that is not there gives an empty archive. */
  readonly path: string;
}

export interface CreateOptions {
  /** Repository, with or without a tag: `quay.io/a/b:1.git`. Without one the manifest has no name but its digest. */
  readonly store: string;
  readonly artifacts: readonly ArtifactInput[];
  /** When quay forgets the tag, such as `5d`; empty for never. */
  readonly expiresAfter?: string | undefined;
  readonly client: RegistryClient;
  readonly signal?: AbortSignal | undefined;
  readonly log?: ArtifactLog | undefined;
}

/** URIs by the name of the artifact: `oci:<repository>@sha256:<digest of the archive>`. */
export type Uris = Readonly<Record<string, string>>;

/** The type that oras gives to what has no other. */
const ARTIFACT_TYPE = 'application/vnd.unknown.artifact.v1';

/**
 * Packs directories and pushes them in one manifest, as `create --store` of build-trusted-artifacts does. One tree gives
 * one digest on every machine.
 *
 * @returns the URIs; what has a skip file has none
 * @throws {InvalidArtifactError} for a name or store that cannot be used, or a tree that cannot be packed
 */
export async function createArtifacts(options: CreateOptions): Promise<Uris> {
  const { artifacts, client, expiresAfter = '', signal, log } = options;
  const store = parseReference(options.store);
  if (store.digest !== undefined)
    throw new InvalidArtifactError(`cannot store artifacts in ${quoted(options.store)}: it has a digest`, {
      hint: 'give a repository, with or without a tag',
    });
  for (const { name } of artifacts) checkName(name, artifacts);
  // Everybody can read the manifest, so that nothing else may stand in it by mistake; quay knows the units.
  if (!/^(?:\d+[a-zA-Z])?$/.test(expiresAfter))
    throw new InvalidArtifactError(`${quoted(expiresAfter)} does not say when an artifact expires`, {
      hint: 'give a number and a unit, such as 5d, or nothing',
    });
  const repository = client.repository(store);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'trusted-artifacts-'));
  const results: Record<string, string> = {};
  const parts: ArtifactPart[] = [];
  for (const { name, path } of artifacts) {
    if (hasSkipFile(path)) {
      log?.warn(`${name}: ${path} has ${SKIP_FILE}: no artifact is made of it`);
      continue;
    }
    const archive = join(folder.path, name);
    const descriptor = await writeArchive(archive, entriesOf(path, name, log), signal);
    const content = () => createReadStream(archive) as AsyncIterable<Uint8Array>;
    parts.push({ descriptor, content, annotations: { 'org.opencontainers.image.title': name } });
    results[name] = `oci:${repository.name}@${descriptor.digest}`;
  }
  if (parts.length === 0) return results;
  const annotations = expiresAfter === '' ? undefined : { 'quay.expires-after': expiresAfter };
  const manifest = {
    artifactType: ARTIFACT_TYPE,
    parts,
    ...(annotations === undefined ? {} : { annotations }),
    tags: store.tag === undefined ? [] : [store.tag],
  };
  await pushArtifact(repository, manifest, { signal });
  for (const [name, uri] of Object.entries(results)) log?.info(`${name}: ${uri}`);
  return results;
}

/** A name becomes a file's, a result's and a title. */
function checkName(name: string, artifacts: readonly ArtifactInput[]): void {
  const isTwice = artifacts.filter((other) => other.name === name).length > 1;
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) && !isTwice) return;
  throw new InvalidArtifactError(
    `${quoted(name)} cannot be an artifact's name: ${isTwice ? 'there are two of it' : 'it may hold letters, digits, _ . and -'}`,
  );
}

function entriesOf(path: string, name: string, log: ArtifactLog | undefined): Iterable<TarEntry> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    log?.warn(`${name}: ${path} is not there: the artifact is empty`);
    return [];
  }
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    return listFile(path, basename(resolve(path)));
  return listTree(resolve(path), (socket) => log?.warn(`${name}: the socket ${quoted(socket)} is left out`));
}
