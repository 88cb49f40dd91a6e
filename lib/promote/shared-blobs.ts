import {
  type Descriptor,
  type Digest,
  isAlreadyThere,
  isManifestType,
  type PushOptions,
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

interface Getting<T> {
  readonly to: Repository;
  readonly push: () => Promise<T>;
}

export function createSharedBlobs(): SharedBlobs {
  /** By registry and digest: who has the blob, or gets it; undefined when that came to nothing. */
  const holders = new Map<string, Promise<Repository | undefined>>();
  const keyOf = ({ registry }: Repository, { digest }: Descriptor) => `${registry} ${digest}`;

  /**
   * Gives a blob by who has it, or else by who gets it now. Between the last look and the entry there is no await: of
   * several that ask at once, one gets it.
   */
  const claim = async <T>(
    key: string,
    { has, gets }: { readonly has: (holder: Repository) => Promise<T>; readonly gets: Getting<T> },
  ): Promise<T> => {
    for (let pending = holders.get(key); pending !== undefined; pending = holders.get(key)) {
      const holder = await pending;
      if (holder !== undefined) return has(holder);
      if (holders.get(key) === pending) holders.delete(key);
    }
    const getting = gets.push();
    holders.set(
      key,
      getting.then(
        () => gets.to,
        () => undefined,
      ),
    );
    return getting;
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
          const push = (from: PushOptions['from']) =>
            to.push(descriptor, content, { ...options, from, mayBeThere });
          return claim(key, {
            // A registry mounts nothing from a repository into itself.
            has: async (holder) => (isSame(holder, to) ? 'there' : push(holder)),
            gets: { to, push: () => push(isWithin ? options.from : (sibling ?? options.from)) },
          });
        },
      };
    },
  };
}

function isSame(one: Repository, other: Repository): boolean {
  return one.registry === other.registry && one.repository === other.repository;
}
