import pMap from 'p-map';
import { attach } from '#lib/attest';
import { type CopyEvent, copy, type Digest, findTag } from '#lib/oci';
import { attachmentsOf } from './attachments.ts';
import { PublishError } from './errors.ts';
import type { Item } from './item.ts';
import { CONCURRENCY, type Plan } from './plan.ts';

export type PublishEvent =
  | { readonly type: 'pushing' | 'pushed' | 'kept'; readonly item: Item }
  | { readonly type: 'attached'; readonly item: Item; readonly title: string }
  | { readonly type: 'copied'; readonly item: Item; readonly event: CopyEvent }
  | { readonly type: 'tagged'; readonly item: Item; readonly tag: string; readonly from: Digest | undefined };

export interface CarryOutOptions {
  readonly onEvent?: (event: PublishEvent) => void;
  readonly signal?: AbortSignal;
  /** Bundles under way at once; 4 by default. */
  readonly concurrency?: number;
}

/**
 * Pushes what the plan names, by digest, and moves tags when all of it is there: a run that dies before has moved none,
 * and another call continues it.
 *
 * @throws {PublishError} saying which tags have moved
 */
export async function carryOut(plan: Plan, options: CarryOutOptions = {}): Promise<void> {
  const moved: string[] = [];
  const { concurrency = CONCURRENCY } = options;
  try {
    for (const kind of ['step-image', 'migration', 'stepaction', 'task', 'pipeline'] as const) {
      const items = plan.items.filter((item) => item.kind === kind);
      await pMap(items, (item) => push(item, options), { concurrency });
    }
    await pMap(plan.items, (item) => attachAll(item, plan, options), { concurrency });
    await refuseChanged(plan, concurrency);
    await moveAllTags(plan, { ...options, concurrency }, moved);
  } catch (cause) {
    const tags = moved.length === 0 ? 'no tag has moved' : `these tags have moved: ${moved.join(', ')}`;
    throw new PublishError(`publishing ended midway, and ${tags}`, {
      cause,
      hint: 'call it again: it goes on with what is missing',
    });
  }
}

async function push(item: Item, { onEvent, signal }: CarryOutOptions): Promise<void> {
  if (item.isThere) return onEvent?.({ type: 'kept', item });
  onEvent?.({ type: 'pushing', item });
  await copy(item.from, item.destination, {
    reference: item.root.digest,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (event) => onEvent?.({ type: 'copied', item, event }),
  });
  onEvent?.({ type: 'pushed', item });
}

/** Attaches everything before the tags move, so that what a tag names has its SBOM and its provenance. */
async function attachAll(item: Item, plan: Plan, { onEvent, signal }: CarryOutOptions): Promise<void> {
  if (!item.needsAttachments) return;
  for (const { subject, attachment } of await attachmentsOf(item, plan, { signal })) {
    const { isNew } = await attach(item.destination, subject, attachment, { signal });
    if (isNew) onEvent?.({ type: 'attached', item, title: attachment.title });
  }
}

/**
 * Refuses to move a tag that has moved since the plan: somebody else who publishes at the same time would be undone
 * without a word.
 */
async function refuseChanged({ items }: Plan, concurrency: number): Promise<void> {
  const moves = items.flatMap(({ destination, root, tags }) =>
    tags.map((move) => ({ destination, root, ...move })),
  );
  const now = await pMap(moves, async ({ destination, tag }) => (await findTag(destination, tag))?.digest, {
    concurrency,
  });
  for (const [index, { destination, root, tag, from }] of moves.entries()) {
    const digest = now[index];
    if (digest === from || digest === root.digest) continue;
    throw new PublishError(
      `${destination.name}:${tag} was ${from ?? 'not there'} when this began, and is ${digest ?? 'gone'} now`,
      { hint: 'somebody else publishes: wait until they are done' },
    );
  }
}

/**
 * Moves all tags. After the first failure none is begun, and those under way are waited for: `moved` must be all that
 * have moved.
 */
async function moveAllTags(
  { items }: Plan,
  options: CarryOutOptions & { readonly concurrency: number },
  moved: string[],
): Promise<void> {
  const failures: unknown[] = [];
  const move = async (item: Item) => {
    for (const { tag, from } of item.tags) {
      if (failures.length > 0) return;
      await item.destination.tag(item.root, tag, { signal: options.signal });
      moved.push(`${item.destination.name}:${tag}`);
      options.onEvent?.({ type: 'tagged', item, tag, from });
    }
  };
  const settle = (item: Item) => move(item).catch((error: unknown) => void failures.push(error));
  await pMap(items, settle, { concurrency: options.concurrency });
  if (failures.length > 0) throw failures[0];
}
