import { type Descriptor, isAlreadyThere, isManifestType, type Repository, type Target } from '#lib/oci';

/**
 * What a registry has gets there once: the first repository that needs a blob takes it from the source, the others have
 * it mounted from there.
 */
export interface SharedBlobs {
  /**
   * The repository as a target of `copy`.
   *
   * @param sibling another repository of the registry that probably has the content
   */
  target(to: Repository, sibling: Repository | undefined): Target;
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
    target: (to, sibling) => ({
      ...to,
      async exists(descriptor, options) {
        const isThere = await isAlreadyThere(to, descriptor, options);
        const key = keyOf(to, descriptor);
        if (isThere && !holders.has(key)) holders.set(key, Promise.resolve(to));
        return isThere;
      },
      async push(descriptor, content, options = {}) {
        if (isManifestType(descriptor.mediaType)) return to.push(descriptor, content, options);
        const key = keyOf(to, descriptor);
        const holder = await holderOf(key);
        if (holder !== undefined) return to.push(descriptor, content, { ...options, from: holder });
        const isWithin = (options.from as Partial<Repository> | undefined)?.registry === to.registry;
        const from = isWithin ? options.from : (sibling ?? options.from);
        const pushed = to.push(descriptor, content, { ...options, from });
        holders.set(
          key,
          pushed.then(
            () => to,
            () => undefined,
          ),
        );
        return pushed;
      },
    }),
  };
}
