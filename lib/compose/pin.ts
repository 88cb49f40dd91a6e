import { quoted } from '#lib/text';
import { ComposeUnreachableError, InvalidComposeError } from './errors.ts';
import type { Location } from './location.ts';

/** One compose at one place: what is read there is of this compose, and of no other that has moved in meanwhile. */
export interface PinnedCompose {
  readonly id: string;
  readonly place: Location;
  /** @throws {InvalidComposeError} when another compose is there by now */
  confirm(): Promise<void>;
}

const FILE = 'COMPOSE_ID';
/** An id is a line; a longer text is none. */
const LIMIT = 4_096;
/** The form alone (productmd, `ComposeInfo.create_compose_id`): a text without it is not told either. */
const FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}-\d{8}(?:\.[a-z]+)?\.\d{1,9}$/;

/**
 * Goes to where the compose itself is, for `latest-Fedora-43` leads to another one tomorrow: a link in a file system, a
 * redirect, or a link on the server's side, which nothing shows but that the id names a directory beside it.
 *
 * @returns undefined when there is no COMPOSE_ID
 */
export async function pinCompose(place: Location): Promise<PinnedCompose | undefined> {
  const found = await place.read(FILE, LIMIT);
  if (found === undefined || found.text.trim() === '') return undefined;
  const id = checkedId(found.text, place);
  const own = await ownPlace(id, found.root);
  return {
    id,
    place: own,
    async confirm() {
      const now = await own.read(FILE, LIMIT);
      const nowId = now === undefined ? undefined : checkedId(now.text, own);
      if (nowId === id) return;
      const what = nowId === undefined ? 'gone' : nowId;
      throw new InvalidComposeError(`the compose at ${own.name} was ${id} at first and is ${what} now`, {
        hint: 'it moved while it was read: call this again, or give the address of one compose',
      });
    },
  };
}

async function ownPlace(id: string, root: Location): Promise<Location> {
  if (root.name.endsWith(`/${id}`)) return root;
  const sibling = root.sibling(id);
  // It is no fault of the compose that it cannot be read there.
  const found = await sibling?.read(FILE, LIMIT).catch((error: unknown) => {
    if (error instanceof ComposeUnreachableError || error instanceof InvalidComposeError) return undefined;
    throw error;
  });
  return found?.text.trim() === id ? found.root : root;
}

function checkedId(text: string, place: Location): string {
  const id = text.trim();
  if (FORM.test(id)) return id;
  throw new InvalidComposeError(`${FILE} at ${place.name} holds no id of a compose`, {
    hint: `ids look like ${quoted('Fedora-43-20251101.n.0')}`,
  });
}
