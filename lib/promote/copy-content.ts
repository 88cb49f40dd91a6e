import { type CopyEvent, copy, type Descriptor, isAlreadyThere, type Repository } from '#lib/oci';
import { forAll } from './for-all.ts';
import type { Limits } from './limits.ts';
import type { Plan } from './plan.ts';
import { createSharedBlobs } from './shared-blobs.ts';

/** One image, companion or source container that goes from one repository to another. */
export interface Content {
  readonly component: string;
  readonly source: Repository;
  readonly to: Repository;
  readonly root: Descriptor;
  readonly referrers: boolean;
}

/** What was written of it: what has to be read back. */
export interface Written {
  readonly content: Content;
  readonly descriptors: readonly Descriptor[];
}

interface CopyOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly onCopy?: ((content: Content, event: CopyEvent) => void) | undefined;
  readonly onCopied?: ((content: Content) => void) | undefined;
}

/** What the plan's tags are to name, once for each repository. A tag that names it has it, and all that belongs to it. */
function contentsOf({ tags, components }: Plan): readonly Content[] {
  const referrers = new Set(
    components.filter(({ promotion }) => promotion.referrers).map(({ promotion }) => promotion.component),
  );
  const contents = new Map<string, Content>();
  for (const { component, kind, source, to, root, what } of tags) {
    if (what === 'there') continue;
    const withReferrers = kind === 'image' && referrers.has(component);
    const key = `${to.name}@${root.digest}`;
    const other = contents.get(key);
    contents.set(key, other?.referrers ? other : { component, source, to, root, referrers: withReferrers });
  }
  return [...contents.values()];
}

/** Copies what the plan's tags are to name, by digest. What is there is left alone; no tag is written. */
export async function copyContents(plan: Plan, options: CopyOptions): Promise<readonly Written[]> {
  const { limits, signal } = options;
  const contents = contentsOf(plan);
  const there = await forAll(contents, ({ to, root }) =>
    limits.at(to)(() => isAlreadyThere(to, root, { signal })),
  );
  // Repositories that have an image already, from which their registry can mount what the others lack.
  const complete = [
    ...contents.filter((_, index) => there[index]),
    ...plan.tags.filter(({ what }) => what === 'there'),
  ];
  const shared = createSharedBlobs();
  return forAll([...contents.entries()], async ([index, content]) => {
    const { source, to, root, referrers } = content;
    // A registry has what its manifests name.
    if (there[index] && !referrers) {
      options.onCopy?.(content, { type: 'skipped', descriptor: root });
      options.onCopied?.(content);
      return { content, descriptors: [] };
    }
    const sibling = complete.find(
      (other) => other.root.digest === root.digest && other.to.registry === to.registry,
    );
    const known = { digest: root.digest, isThere: there[index] === true };
    const { copied, mounted } = await copy(
      source,
      shared.target({ source, to, sibling: sibling?.to, known }),
      {
        reference: root,
        referrers,
        limit: limits.between(source, to),
        ...(signal === undefined ? {} : { signal }),
        onProgress: (event) => options.onCopy?.(content, event),
      },
    );
    options.onCopied?.(content);
    return { content, descriptors: [...copied, ...mounted] };
  });
}
