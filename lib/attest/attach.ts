import {
  type Descriptor,
  type Digest,
  digestOf,
  fetchManifest,
  InvalidManifestError,
  isIndex,
  NotFoundError,
  type Options,
  pushArtifact,
  RegistryError,
  type Target,
} from '#lib/oci';

/** A file that says something about what is published, to be found from there. */
export interface Attachment {
  /** Media type of its one file. */
  readonly mediaType: string;
  /** Type of the artifact, by which it is found among the referrers; the file's media type by default. */
  readonly artifactType?: string;
  readonly content: Uint8Array;
  /** File name, for `oras pull`. */
  readonly title: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Attaches a file as a referrer of its subject (distribution-spec v1.1, "Listing Referrers"; under the fallback tag where a
 * registry has no such list). One that is there with the same content is not attached again.
 */
export async function attach(
  target: Target,
  subject: Descriptor,
  attachment: Attachment,
  options: Options = {},
): Promise<{ readonly descriptor: Descriptor; readonly isNew: boolean }> {
  const { mediaType, artifactType = mediaType, content, title, annotations } = attachment;
  const known = await findSame(target, subject, { artifactType, digest: digestOf(content), options });
  if (known !== undefined) return { descriptor: known, isNew: false };
  const descriptor = await pushArtifact(
    target,
    {
      artifactType,
      subject,
      parts: [{ mediaType, content, annotations: { 'org.opencontainers.image.title': title } }],
      ...(annotations ? { annotations } : {}),
    },
    options,
  );
  return { descriptor, isNew: true };
}

interface Wanted {
  readonly artifactType: string;
  readonly digest: Digest;
  readonly options: Options;
}

/**
 * Finds the same artifact among the referrers. This only saves the push: where a registry cannot say, the artifact is
 * pushed, and has the same digest if it is there.
 */
async function findSame(
  target: Target,
  subject: Descriptor,
  { artifactType, digest, options }: Wanted,
): Promise<Descriptor | undefined> {
  try {
    for (const referrer of await target.referrers(subject, { ...options, artifactType })) {
      const manifest = await fetchManifest(target, referrer, options);
      const isSame = !isIndex(manifest) && manifest.layers.some((layer) => layer.digest === digest);
      if (isSame) return referrer;
    }
    return undefined;
  } catch (error) {
    if (strange.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

const strange = [RegistryError, NotFoundError, InvalidManifestError];

export function jsonAttachment(
  mediaType: string,
  title: string,
  value: object,
  annotations?: Readonly<Record<string, string>>,
): Attachment {
  return {
    mediaType,
    title,
    content: Buffer.from(`${JSON.stringify(value)}\n`),
    ...(annotations ? { annotations } : {}),
  };
}
