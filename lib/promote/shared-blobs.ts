import {
  type Descriptor,
  type Digest,
  isAlreadyThere,
  isManifestType,
  type Repository,
  type Target,
} from '#lib/oci';

/**
 * What a registry has gets there once: the first repository that needs a blob takes it from the source, the others have
 * it mounted from there.
 */
export interface SharedBlobs {
  /** The repository as a target of `copy`. */
  target(transfer: Transfer): Target;
}

interface Transfer {
  readonly source: Repository;
  readonly to: Repository;
  /** Another repository of the registry that probably has the content. */
  readonly sibling: Repository | undefined;
  /** What has been asked for already. */
  readonly known: { readonly digest: Digest; readonly isThere: boolean };
}

export function createSharedBlobs(): SharedBlobs {
  /** By registry and digest: who has the blob, or gets it; undefined when that came to nothing. */
  const holders = new Map<string, Promise<Repository | undefined>>();
  const keyOf = ({ registry }: Repository, { digest }: Descriptor) => `${registry} ${digest}`;

  const holderOf = async (key: string): Promise<Repository | undefined> => {
    for (let pending = holders.get(key); pending !== undefined; pending = holders.get(key)) {
      const holder = await pending;
      if (holder !== undefined) return holder;
      if (holders.get(key) === pending) holders.delete(key);
    }
    return undefined;
  };

  return {
    target({ source, to, sibling, known }) {
      const isWithin = source.registry === to.registry;
      const unasked = new Set<Digest>();
      return {
        ...to,
        async exists(descriptor, options) {
          if (descriptor.digest === known.digest) return known.isThere;
          const isBlob = !isManifestType(descriptor.mediaType);
          const key = keyOf(to, descriptor);
          // To ask for a mount takes one request, too, and it is the last one where the registry mounts.
          if (isBlob && (isWithin || sibling !== undefined || holders.has(key))) {
            unasked.add(descriptor.digest);
            return false;
          }
          const isThere = await isAlreadyThere(to, descriptor, options);
          if (isBlob && isThere && !holders.has(key)) holders.set(key, Promise.resolve(to));
          return isThere;
        },
        async push(descriptor, content, options = {}) {
          if (isManifestType(descriptor.mediaType)) return to.push(descriptor, content, options);
          const key = keyOf(to, descriptor);
          const mayBeThere = unasked.has(descriptor.digest);
          const holder = await holderOf(key);
          const from = holder ?? (isWithin ? options.from : (sibling ?? options.from));
          const pushed = to.push(descriptor, content, { ...options, from, mayBeThere });
          if (holder !== undefined) return pushed;
          holders.set(
            key,
            pushed.then(
              () => to,
              () => undefined,
            ),
          );
          return pushed;
        },
      };
    },
  };
}
