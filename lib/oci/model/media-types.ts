/** What a blob is for; everything else in this library asks by kind and never compares media types. */
export type Kind = 'index' | 'manifest' | 'config' | 'layer';
export type Format = 'oci' | 'docker';
export type Compression = 'none' | 'gzip' | 'zstd';

interface MediaType {
  readonly name: string;
  readonly kind: Kind;
  readonly format: Format;
  readonly compression?: Compression;
  /** Layers that registries do not hold: clients fetch them from `urls` (image-spec, "Non-Distributable Layers"). */
  readonly foreign?: true;
}

/** The one table: image-spec v1.1.1 "Media Types", and docker's image manifest v2 schema 2. */
const TABLE = [
  { name: 'application/vnd.oci.image.index.v1+json', kind: 'index', format: 'oci' },
  { name: 'application/vnd.docker.distribution.manifest.list.v2+json', kind: 'index', format: 'docker' },
  { name: 'application/vnd.oci.image.manifest.v1+json', kind: 'manifest', format: 'oci' },
  { name: 'application/vnd.docker.distribution.manifest.v2+json', kind: 'manifest', format: 'docker' },
  { name: 'application/vnd.oci.image.config.v1+json', kind: 'config', format: 'oci' },
  { name: 'application/vnd.docker.container.image.v1+json', kind: 'config', format: 'docker' },
  { name: 'application/vnd.oci.image.layer.v1.tar', kind: 'layer', format: 'oci', compression: 'none' },
  { name: 'application/vnd.oci.image.layer.v1.tar+gzip', kind: 'layer', format: 'oci', compression: 'gzip' },
  { name: 'application/vnd.oci.image.layer.v1.tar+zstd', kind: 'layer', format: 'oci', compression: 'zstd' },
  {
    name: 'application/vnd.docker.image.rootfs.diff.tar',
    kind: 'layer',
    format: 'docker',
    compression: 'none',
  },
  {
    name: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    kind: 'layer',
    format: 'docker',
    compression: 'gzip',
  },
  {
    name: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
    kind: 'layer',
    format: 'docker',
    compression: 'zstd',
  },
  ...(['', '+gzip', '+zstd'] as const).map((ending) => ({
    name: `application/vnd.oci.image.layer.nondistributable.v1.tar${ending}` as const,
    kind: 'layer' as const,
    format: 'oci' as const,
    foreign: true as const,
  })),
  ...(['', '.gzip'] as const).map((ending) => ({
    name: `application/vnd.docker.image.rootfs.foreign.diff.tar${ending}` as const,
    kind: 'layer' as const,
    format: 'docker' as const,
    foreign: true as const,
  })),
] as const satisfies readonly MediaType[];

/** The config of an artifact that has none: `{}` (image-spec v1.1.1, "Guidance for an Empty Descriptor"). */
export const EMPTY_MEDIA_TYPE = 'application/vnd.oci.empty.v1+json';

const BY_NAME: ReadonlyMap<string, MediaType> = new Map(TABLE.map((type) => [type.name, type]));

export function kindOf(mediaType: string): Kind | undefined {
  return BY_NAME.get(mediaType)?.kind;
}

export function formatOf(mediaType: string): Format | undefined {
  return BY_NAME.get(mediaType)?.format;
}

/** Whether a registry keeps it among manifests and not among blobs. */
export function isManifestType(mediaType: string): boolean {
  const kind = kindOf(mediaType);
  return kind === 'manifest' || kind === 'index';
}

export function isForeignLayer(mediaType: string): boolean {
  return BY_NAME.get(mediaType)?.foreign === true;
}

export function mediaTypeOf(kind: Kind, format: Format = 'oci', compression?: Compression): string {
  const found = TABLE.find(
    (type: MediaType) => type.kind === kind && type.format === format && type.compression === compression,
  );
  if (found === undefined) throw new TypeError(`no media type for ${kind} ${format} ${compression ?? ''}`);
  return found.name;
}

/** What we take as a manifest, for the Accept header. */
export const MANIFEST_TYPES: readonly string[] = TABLE.filter(({ name }) => isManifestType(name)).map(
  ({ name }) => name,
);
