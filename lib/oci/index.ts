export { gzipBlocks } from './compress/gzip-blocks.ts';
export { gzipFile } from './compress/gzip-file.ts';
export { type CopyEvent, type CopyOptions, type CopyResult, copy } from './copy/copy.ts';
export { isAlreadyThere } from './model/already-there.ts';
export { companionTag } from './model/companion-tag.ts';
export { collect, fetchBytes, MAX_MANIFEST, streamOf } from './model/content.ts';
export { type Descriptor, describe } from './model/descriptor.ts';
export { createDigester, type Digest, digestOf, isDigest, parseDigest } from './model/digest.ts';
export {
  CredentialsError,
  InvalidManifestError,
  InvalidReferenceError,
  MissingPlatformError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
  UnreachableError,
} from './model/errors.ts';
export { findTag } from './model/find-tag.ts';
export { createLimit, type Limit } from './model/limit.ts';
export {
  type Compression,
  type Format,
  isManifestType,
  type Kind,
  kindOf,
  mediaTypeOf,
} from './model/media-types.ts';
export { DigestMismatchError } from './model/mismatch.ts';
export {
  formatPlatform,
  matchesPlatform,
  ociArchitecture,
  ownPlatform,
  type Platform,
  parsePlatform,
  rpmArchitecture,
} from './model/platform.ts';
export {
  identifierOf,
  parseReference,
  parseTag,
  type Reference,
} from './model/reference.ts';
export type {
  Content,
  Options,
  PushOptions,
  ReadableTarget,
  ReferrersOptions,
  Target,
} from './model/target.ts';
export { verified } from './model/verify.ts';
export {
  type ContainerConfig,
  fetchImageConfig,
  type History,
  type ImageConfig,
} from './read/image-config.ts';
export { layerProblems } from './read/layer-problems.ts';
export {
  fetchManifest,
  type Index,
  isIndex,
  type Manifest,
  parseManifest,
  successors,
} from './read/manifest.ts';
export { type OpenLayerOptions, openLayer } from './read/open-layer.ts';
export { type Image, type ImageSet, type OtherMember, readImage, readImages } from './read/read-image.ts';
export { through } from './read/through.ts';
export { readAuthFile } from './remote/auth/auth-file.ts';
export type { Credential, Credentials } from './remote/auth/credential.ts';
export { credentialFiles, readCredentials } from './remote/auth/credentials.ts';
export { isLoopback } from './remote/http/endpoint.ts';
export { createRegistryClient, type RegistryClient, type RegistryOptions } from './remote/registry-client.ts';
export { registryClientFor } from './remote/registry-client-for.ts';
export type { Repository } from './remote/repository.ts';
export { createLayout } from './stores/layout.ts';
export { createMemoryTarget, type MemoryTarget } from './stores/memory.ts';
export { type Layer, type LayerFile, type PackOptions, packLayer } from './write/pack.ts';
export { type ArtifactInput, type ArtifactPart, pushArtifact } from './write/push-artifact.ts';
export { type ImageInput, type IndexInput, pushImage, pushIndex } from './write/push-image.ts';
export { type TarEntry, type TarName, writeTar } from './write/tar.ts';
