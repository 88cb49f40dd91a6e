import { collect, fetchBytes, limited, MAX_MANIFEST, streamOf } from '../model/content.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { isManifestType } from '../model/media-types.ts';
import { parseTag } from '../model/reference.ts';
import type { Options, Target } from '../model/target.ts';
import { isWanted, readReferrer } from '../read/referrer.ts';
import { type Context, callOf, pathOf, subjectOf, urlOf } from './exchange/context.ts';
import { existsRemote } from './requests/exists.ts';
import { fetchBlob } from './requests/fetch-blob.ts';
import { findBlob } from './requests/find-blob.ts';
import { fetchManifestBytes, putManifest, resolveManifest } from './requests/manifests.ts';
import { addReferrer, listReferrers, removeReferrer } from './requests/referrers.ts';
import { listTags } from './requests/tags.ts';
import { uploadBlob } from './requests/upload.ts';
import { withKnownTags } from './requests/with-known-tags.ts';

/** A repository in a registry. */
export interface Repository extends Target {
  readonly registry: string;
  readonly repository: string;
  /** Every tag, in the registry's order, page by page. */
  tags(options?: Options): AsyncIterable<string>;
  /**
   * The descriptor of a blob of which only the digest is known.
   * @throws {NotFoundError}
   */
  findBlob(digest: Digest, options?: Options): Promise<Descriptor>;
  /**
   * Deletes a manifest (with every tag that names it), a blob, or a tag alone where the registry can do that.
   * @throws {RegistryError} with status 405 where it does not allow it
   */
  delete(what: Descriptor | string, options?: Options): Promise<void>;
}

export function createRepository(context: Context): Repository {
  const { registry, repository } = context;
  const name = `${registry}/${repository}`;
  const self: Repository = {
    name,
    registry,
    repository,
    resolve: (tagOrDigest, options = {}) =>
      withKnownTags(context, tagOrDigest, options, () => resolveManifest(context, tagOrDigest, options)),
    exists: (descriptor, options = {}) => existsRemote(context, descriptor, options),
    fetch: (descriptor, options = {}) =>
      isManifestType(descriptor.mediaType)
        ? fetchManifestBytes(context, descriptor, options)
        : fetchBlob(context, descriptor, options),
    async push(descriptor, content, options = {}) {
      if (!isManifestType(descriptor.mediaType)) return uploadBlob(context, descriptor, content, options);
      const what = subjectOf(context, descriptor.digest);
      const bytes = await collect(limited(streamOf(content), MAX_MANIFEST, what));
      const { subject, referrer } = readReferrer(descriptor, bytes, what);
      const { knowsSubject } = await putManifest(context, descriptor, bytes, descriptor.digest, options);
      if (subject !== undefined && !knowsSubject)
        await addReferrer(context, subject.digest, referrer, options);
      return 'pushed';
    },
    async tag(descriptor, tag, options = {}) {
      // The manifest is read back, so that a tag is only written for bytes that are there, and right.
      const bytes = await fetchBytes(self, descriptor, options);
      await putManifest(context, descriptor, bytes, parseTag(tag), options);
    },
    async referrers(subject, options = {}) {
      const found = await listReferrers(context, subject, options);
      return found.filter(({ artifactType }) => isWanted(artifactType, options.artifactType));
    },
    findBlob: (digest, options = {}) => findBlob(context, digest, options),
    tags: (options = {}) => listTags(context, options),
    async delete(what, options = {}) {
      const referrer = await findReferrer(self, what, options);
      const response = await context.exchange.call({
        ...callOf(context, 'delete', options.signal),
        doing: `delete ${subjectOf(context, typeof what === 'string' ? what : what.digest)}`,
        method: 'DELETE',
        url: urlOf(context, typeof what === 'string' ? `manifests/${what}` : pathOf(what)),
        expect: [200, 202],
      });
      response.discard();
      if (referrer !== undefined) {
        await removeReferrer(context, referrer.subject, referrer.digest, options);
      }
    },
  };
  return self;
}

/** The subject of a manifest that is to be deleted, if it has one: the subject's tag may list that manifest. */
async function findReferrer(repository: Repository, what: Descriptor | string, options: Options) {
  if (typeof what === 'string' || !isManifestType(what.mediaType)) return undefined;
  const bytes = await fetchBytes(repository, what, options);
  const { subject } = readReferrer(what, bytes, `${repository.name}@${what.digest}`);
  return subject && { subject: subject.digest, digest: what.digest };
}
