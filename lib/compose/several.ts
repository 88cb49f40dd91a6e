import { quoted } from '#lib/text';
import { type Compose, type OpenOptions, openCompose } from './compose.ts';
import { InvalidComposeError } from './errors.ts';

/** One of several composes that an image is made of. */
export interface ComposeOfRole {
  /** What it is to the image, such as updates; undefined where it is the only one. */
  readonly role: string | undefined;
  readonly compose: Compose;
}

interface Given {
  /** The location of the only one. */
  readonly compose: string;
  /** role=location; what stands first takes precedence. */
  readonly composes: readonly string[];
}

/**
 * Opens the composes that an image is made of: one, or several with their roles; none where none is given.
 *
 * @throws {InvalidComposeError} for both, an entry without a role, a role or a compose that is there twice; what openCompose
 *   throws. No message quotes a location: a secret may stand in it
 */
export async function openComposes(
  { compose, composes }: Given,
  options: OpenOptions = {},
): Promise<readonly ComposeOfRole[]> {
  if (compose !== '' && composes.length > 0) {
    throw new InvalidComposeError('one compose is given, and a list of them, too', {
      hint: 'give COMPOSE, or COMPOSES as role=URL',
    });
  }
  const entries = compose === '' ? composes.map(entryOf) : [{ role: undefined, location: compose }];
  const roles = entries.map(({ role }) => role);
  const twice = roles.find((role, index) => roles.indexOf(role) !== index);
  if (twice !== undefined) throw new InvalidComposeError(`two composes have the role ${twice}`);
  const opened = await Promise.all(
    entries.map(async ({ role, location }) => ({ role, compose: await openCompose(location, options) })),
  );
  const ids = opened.map((one) => one.compose.id);
  const same = ids.find((id, index) => ids.indexOf(id) !== index);
  if (same !== undefined) throw new InvalidComposeError(`the compose ${same} is given twice`);
  return opened;
}

function entryOf(entry: string, index: number): { readonly role: string; readonly location: string } {
  const { role, location } = /^(?<role>[a-z][a-z0-9-]{0,62})=(?<location>.+)$/s.exec(entry)?.groups ?? {};
  if (role !== undefined && location !== undefined) return { role, location };
  throw new InvalidComposeError(`compose ${index + 1} of the list has no role`, {
    hint: `write ${quoted('updates=https://…')}: role=URL`,
  });
}

/** The newest of several ids by the day and the number that stand in them; of equals the first. */
export function newestOf(ids: readonly string[]): string | undefined {
  const [newest] = ids
    .map((id) => ({ id, ...dayOf(id) }))
    .toSorted((a, b) => b.day.localeCompare(a.day) || b.respin - a.respin);
  return newest?.id;
}

function dayOf(id: string): { readonly day: string; readonly respin: number } {
  const { day = '', respin } = /-(?<day>\d{8})(?:\.[a-z]+)?\.(?<respin>\d+)$/.exec(id)?.groups ?? {};
  return { day, respin: Number(respin ?? 0) };
}
