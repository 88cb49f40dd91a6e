import { type Descriptor, type Digest, findTag, type Options, RegistryError } from '#lib/oci';
import { TagMovedError } from './errors.ts';
import { both, forAll } from './for-all.ts';
import type { Limits } from './limits.ts';
import { nameOf, type PlannedTag } from './tags.ts';

/** A tag to be written, with what it is to name as its registry has it. */
export interface Move {
  readonly planned: PlannedTag;
  readonly root: Descriptor;
}

export interface MoveOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  /** Told before the request: whoever dies then has said which tag may have moved. */
  readonly onMove?: ((tag: PlannedTag) => void) | undefined;
  readonly onMoved?: ((tag: PlannedTag) => void) | undefined;
  /** Gets the tags whose last request had no answer: it may have its effect later than anybody looks. */
  readonly unanswered: Set<PlannedTag>;
}

/** Rounds in which tags are written again that another release, which has lost, wrote over ours. */
const ROUNDS = 5;

/**
 * Moves the tags of one repository, one after the other. Registries know no comparison before a write, so that two
 * releases at once agree by the order: both write the same tag first, and whoever finds another digest there has lost
 * and stops, while the other one writes all of its own until they are there.
 *
 * @throws {TagMovedError} where another release has moved a tag since the plan, or takes over
 */
export async function moveTags(moves: readonly Move[], options: MoveOptions): Promise<void> {
  const look = (move: Move) => digestAt(move, options);
  let leader: Move | undefined;
  for (const move of moves) {
    const [now] = await both(look(move), leader ? refuseOvertaken(leader, look) : Promise.resolve());
    const { planned, root } = move;
    if (now === root.digest) continue;
    if (leader === undefined && now !== planned.now?.digest) throw movedSince(move, now);
    await write(move, options);
    leader ??= move;
  }
  for (let round = 0; leader !== undefined && round < ROUNDS; round++) {
    await refuseOvertaken(leader, look);
    const others = moves.filter((move) => move !== leader);
    const found = await forAll(others, look);
    const strayed = others.filter(({ root }, index) => found[index] !== root.digest);
    if (strayed.length === 0) return;
    await refuseOvertaken(leader, look);
    for (const move of strayed) await write(move, options);
  }
  if (leader !== undefined) await refuseOvertaken(moves.at(-1) as Move, look);
}

async function write({ planned, root }: Move, options: MoveOptions): Promise<void> {
  const { limits, signal, onMove, onMoved, unanswered } = options;
  onMove?.(planned);
  unanswered.add(planned);
  try {
    await limits.at(planned.to)(() => planned.to.tag(root, planned.tag, { signal }));
  } catch (error) {
    if (isRefusal(error)) unanswered.delete(planned);
    throw error;
  }
  unanswered.delete(planned);
  onMoved?.(planned);
}

/** Whether the registry said no; after what is tried again, an earlier try may still have its effect. */
function isRefusal(error: unknown): boolean {
  return error instanceof RegistryError && error.status < 500 && ![408, 429].includes(error.status);
}

/** What a tag names at this moment. */
export function digestAt(
  { planned: { to, tag } }: Pick<Move, 'planned'>,
  { limits, signal }: { readonly limits: Limits } & Options,
): Promise<Digest | undefined> {
  return limits.at(to)(async () => (await findTag(to, tag, { signal }))?.digest);
}

async function refuseOvertaken(
  leader: Move,
  look: (move: Move) => Promise<Digest | undefined>,
): Promise<void> {
  const now = await look(leader);
  if (now !== leader.root.digest) throw movedSince(leader, now);
}

function movedSince({ planned, root }: Move, now: Digest | undefined): TagMovedError {
  return new TagMovedError(
    `${nameOf(planned)} was ${planned.now?.digest ?? 'not there'} when this release began, was to become ${root.digest}, and is ${now ?? 'gone'} now`,
    {
      hint: 'another release moves it: wait until that is done, then decide which of the two is to be there',
    },
  );
}
