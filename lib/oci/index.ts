export { isAlreadyThere } from './already-there.ts';
export { collect, fetchBytes, MAX_MANIFEST, streamOf } from './content.ts';
export { type CopyEvent, type CopyOptions, type CopyResult, copy } from './copy.ts';
export { type Descriptor, describe } from './descriptor.ts';
export { createDigester, type Digest, digestOf, isDigest, parseDigest, verified } from './digest.ts';
export {
  CredentialsError,
  DigestMismatchError,
  InvalidManifestError,
  InvalidReferenceError,
  MissingPlatformError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
  UnreachableError,
} from './errors.ts';
export { type ContainerConfig, fetchImageConfig, type History, type ImageConfig } from './image-config.ts';
export { layerProblems } from './layer-problems.ts';
export { createLayout } from './layout.ts';
export { fetchManifest, type Index, isIndex, type Manifest, parseManifest, successors } from './manifest.ts';
export {
  type Compression,
  type Format,
  isManifestType,
  type Kind,
  kindOf,
  mediaTypeOf,
} from './media-types.ts';
export { createMemoryTarget, type MemoryTarget } from './memory.ts';
export { type OpenLayerOptions, openLayer } from './open-layer.ts';
export { type Layer, type LayerFile, type PackOptions, packDirectory, packLayer } from './pack.ts';
export {
  formatPlatform,
  matchesPlatform,
  ociArchitecture,
  ownPlatform,
  type Platform,
  parsePlatform,
  rpmArchitecture,
} from './platform.ts';
export { type ArtifactInput, type ArtifactPart, pushArtifact } from './push-artifact.ts';
export { type ImageInput, type IndexInput, pushImage, pushIndex } from './push-image.ts';
export { type Image, type ImageSet, type OtherMember, readImage, readImages } from './read-image.ts';
export {
  identifierOf,
  parseReference,
  parseTag,
  type Reference,
  withDigest,
  withTag,
} from './reference.ts';
export { type Credential, type Credentials, readCredentials } from './remote/credentials.ts';
export { isLoopback } from './remote/endpoint.ts';
export { createRegistryClient, type RegistryClient, type RegistryOptions } from './remote/registry-client.ts';
export { registryClientFor } from './remote/registry-client-for.ts';
export type { Repository } from './remote/repository.ts';
export type { Content, Options, PushOptions, ReadableTarget, ReferrersOptions, Target } from './target.ts';
