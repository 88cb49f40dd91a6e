import type { CopyEvent } from '#lib/oci';
import { type Content, copyContents } from './copy-content.ts';
import { PromotionError } from './errors.ts';
import type { Limits } from './limits.ts';
import { digestAt, type Move, type MoveOptions, moveTags } from './move-tags.ts';
import type { Plan } from './plan.ts';
import { readBack } from './read-back.ts';
import { KINDS, nameOf, type PlannedTag } from './tags.ts';

export interface CarryOutOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  /** The plan is one of the way back; a message says so. */
  readonly isUndo?: boolean;
  readonly onCopy?: (content: Content, event: CopyEvent) => void;
  readonly onCopied?: (content: Content) => void;
  /** All content is there, and has been read back; tags move from here on. */
  readonly onReady?: () => void;
  /** Told before each request that moves a tag: whoever is killed then has said which tag may have moved. */
  readonly onMove?: (tag: PlannedTag) => void;
  readonly onMoved?: (tag: PlannedTag) => void;
}

/** Milliseconds for finding out, after a failure, which tags have moved. */
const PATIENCE = 10_000;

/**
 * Copies all content of all components to all repositories, by digest, reads it back, and only then moves tags: those that
 * are new first, and those that exist when every new one is there. A run that dies before has moved none; another one
 * does what is left.
 *
 * @throws {PromotionError} saying which tags have moved and which have not
 */
export async function carryOut(plan: Plan, options: CarryOutOptions): Promise<void> {
  const { limits, signal } = options;
  let moves: readonly Move[] = [];
  const unanswered = new Set<PlannedTag>();
  try {
    const written = await copyContents(plan, options);
    const verified = await readBack(written, options);
    const roots = new Map(verified.map(({ content, root }) => [`${content.to.name}@${root.digest}`, root]));
    moves = plan.tags
      .filter(({ what }) => what !== 'there')
      .map((planned) => ({
        planned,
        root: roots.get(`${planned.to.name}@${planned.root.digest}`) ?? planned.root,
      }));
    signal?.throwIfAborted();
    options.onReady?.();
    for (const what of ['new', 'moves'] as const) {
      await moveAll(
        moves.filter(({ planned }) => planned.what === what),
        { ...options, unanswered },
      );
    }
  } catch (cause) {
    const [what, hint] = options.isUndo
      ? ['the way back', 'undo it again: what has gone back stays, and the rest is done']
      : ['the release', 'release again: what is there is not copied again, and the rest is done'];
    throw new PromotionError(`${what} ended midway: ${await tell(moves, limits, unanswered)}`, {
      cause,
      hint,
    });
  }
}

/**
 * Repositories at once, the tags of each in the one order that every release has. A repository whose tags are on their way
 * is finished also when another one has failed.
 */
async function moveAll(moves: readonly Move[], options: MoveOptions): Promise<void> {
  const byRepository = Map.groupBy(moves, ({ planned }) => planned.to.name);
  const outcomes = await Promise.allSettled(
    [...byRepository.values()].map((own) => moveTags(own.toSorted(inOrder), options)),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function inOrder({ planned: a }: Move, { planned: b }: Move): number {
  const byKind = KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
  return byKind === 0 ? (a.tag < b.tag ? -1 : 1) : byKind;
}

/**
 * Which tags have moved, by asking their registries: an answer that got lost says nothing, and a request that nobody
 * waits for any more may still have its effect.
 */
async function tell(
  moves: readonly Move[],
  limits: Limits,
  unanswered: ReadonlySet<PlannedTag>,
): Promise<string> {
  if (moves.length === 0) return 'no tag has moved';
  const signal = AbortSignal.timeout(PATIENCE);
  const states = await Promise.all(
    moves.map(async (move) => {
      const now = await digestAt(move, { limits, signal }).catch(() => 'unknown' as const);
      if (now === 'unknown') return { move, state: 'not known' } as const;
      if (now === move.root.digest) return { move, state: 'moved' } as const;
      return { move, state: unanswered.has(move.planned) ? 'not known' : 'not moved' } as const;
    }),
  );
  if (states.every(({ state }) => state === 'not moved')) return 'no tag has moved';
  const lists = (['moved', 'not known', 'not moved'] as const).map((state) => {
    const names = states.filter((one) => one.state === state).map(({ move }) => told(move.planned));
    return names.length === 0 ? [] : [`${state}: ${names.join(', ')}`];
  });
  return lists.flat().join('; ');
}

function told(planned: PlannedTag): string {
  const { now } = planned;
  return `${nameOf(planned)} (${now === undefined ? 'new' : `was ${now.digest}`})`;
}
