import { printable } from '#lib/text';
import { variantBaseurl } from './baseurl.ts';
import { ComposeInfo } from './compose-info.ts';
import { DoomedComposeError, InvalidComposeError } from './errors.ts';
import { noComposeAt } from './gone.ts';
import { type LocateOptions, type Location, locateCompose } from './location.ts';
import { parseMetadata } from './metadata.ts';
import { type PinnedCompose, pinCompose } from './pin.ts';
import { packagesOf, Rpms } from './rpms.ts';
import { type PathMapping, translatePath } from './translate-path.ts';

/** STATUS as pungi writes it. */
export type ComposeStatus = 'STARTED' | 'FINISHED' | 'FINISHED_INCOMPLETE' | 'DOOMED' | 'TERMINATED';

export interface Compose {
  readonly id: string;
  readonly status: ComposeStatus;
  /** Where it is: a directory or a URL, without userinfo, and not that of a link which led there. */
  readonly location: string;
  readonly info: ComposeInfo['payload'];
  /** URL of a variant's packages, with dnf's `$basearch` in it. */
  baseurl(variant: string): string;
  /** NEVRAs with epoch of all binary packages for an architecture, in RPM's name of it. */
  packages(arch: string): Promise<ReadonlySet<string>>;
}

export interface OpenOptions extends LocateOptions {
  /** Take a compose that is DOOMED or TERMINATED too. */
  readonly acceptDoomed?: boolean;
  /** Where a compose that is given as a directory is served: its repositories get URLs by it. */
  readonly translatePaths?: readonly PathMapping[];
}

const statuses: readonly string[] = ['STARTED', 'FINISHED', 'FINISHED_INCOMPLETE', 'DOOMED', 'TERMINATED'];
const INFO = 'compose/metadata/composeinfo.json';
/** This file has no variants but is there from the start; pungi writes INFO when all images are made. */
const BASE_INFO = 'work/global/composeinfo-base.json';
const RPMS = 'compose/metadata/rpms.json';

/** Bytes: Fedora's largest rpms.json has some 60 MB, its composeinfo.json some 100 KB. */
const limits = { status: 4_096, info: 8 * 1024 * 1024, rpms: 128 * 1024 * 1024 };

/**
 * Opens a compose, in progress or finished, by its directory or URL (the one that holds COMPOSE_ID and STATUS, or
 * compose/ in it). All that it gives is of the compose that COMPOSE_ID named at first.
 *
 * @throws {ComposeUnreachableError} nothing answers there
 * @throws {InvalidComposeError} no compose, metadata that cannot be read, or another compose by now
 * @throws {DoomedComposeError}
 */
export async function openCompose(location: string, options: OpenOptions = {}): Promise<Compose> {
  const asked = locateCompose(location, options);
  const pinned = (await pinCompose(asked)) ?? (await pinAbove(location, options)) ?? (await noCompose(asked));
  const { id, place } = pinned;
  const status = await readStatus(pinned);
  if ((status === 'DOOMED' || status === 'TERMINATED') && !options.acceptDoomed) {
    throw new DoomedComposeError(`the compose ${id} is ${status}`, { hint: 'take a later compose' });
  }
  let rpms: Promise<Rpms> | undefined;
  const packageLists = () => {
    rpms ??= readRpms(pinned);
    return rpms;
  };
  const info = await readInfo(pinned, packageLists);
  await pinned.confirm();
  const root = place.directory ? translatePath(place.directory, options.translatePaths ?? []) : place.name;
  return {
    id,
    status,
    location: place.name,
    info,
    baseurl: (variant) => variantBaseurl(root, info, variant),
    packages: async (arch) => packagesOf(await packageLists(), arch, RPMS),
  };
}

/** What pungi tells as the `location` of a compose ends in /compose: the directory above is the compose itself. */
async function pinAbove(location: string, options: OpenOptions): Promise<PinnedCompose | undefined> {
  const [above] = /^.*(?=\/compose\/*$)/s.exec(location) ?? [];
  return above ? await pinCompose(locateCompose(above, options)) : undefined;
}

async function noCompose(place: Location): Promise<never> {
  if ((await place.read('STATUS', limits.status)) !== undefined) throw missing(place, 'COMPOSE_ID');
  throw noComposeAt(place.name.replace(/\/compose$/, ''));
}

async function readStatus({ id, place }: PinnedCompose): Promise<ComposeStatus> {
  const status = await required(place, 'STATUS', limits.status);
  if (statuses.includes(status)) return status as ComposeStatus;
  // Any other text is not told: it could be any file of whoever serves it.
  const what = /^[A-Z_]{1,40}$/.test(status) ? ` "${status}"` : '';
  throw new InvalidComposeError(`the compose ${id} has the unknown STATUS${what}`, {
    hint: `there are ${statuses.join(', ')}`,
  });
}

async function readRpms(pinned: PinnedCompose): Promise<Rpms> {
  const rpms = parseMetadata(Rpms, await required(pinned.place, RPMS, limits.rpms), RPMS);
  refuseOther(pinned, RPMS, rpms.payload.compose?.id);
  await pinned.confirm();
  return rpms;
}

async function readInfo(
  pinned: PinnedCompose,
  packageLists: () => Promise<Rpms>,
): Promise<ComposeInfo['payload']> {
  const { place } = pinned;
  const whole = await place.read(INFO, limits.info);
  const base = whole === undefined ? await place.read(BASE_INFO, limits.info) : undefined;
  const file = base === undefined ? INFO : BASE_INFO;
  const text = (whole ?? base)?.text.trim();
  if (!text) throw missing(place, INFO);
  const info = parseMetadata(ComposeInfo, text, file).payload;
  refuseOther(pinned, file, info.compose.id);
  if (file === INFO) return info;
  const variants = Object.entries((await packageLists()).payload.rpms).map(
    ([uid, arches]) => [uid, { uid, arches: Object.keys(arches), paths: {} }] as const,
  );
  return { ...info, variants: Object.fromEntries(variants) };
}

function refuseOther({ id }: PinnedCompose, file: string, other: string | undefined): void {
  if (other === undefined || other === id) return;
  throw new InvalidComposeError(`COMPOSE_ID says ${id} and ${file} says ${printable(other)}`, {
    hint: 'the files are of two composes: wait until all of it is there, or tell whoever serves it',
  });
}

async function required(place: Location, file: string, limit: number): Promise<string> {
  const text = (await place.read(file, limit))?.text.trim();
  if (!text) throw missing(place, file);
  return text;
}

function missing(place: Location, file: string): InvalidComposeError {
  return new InvalidComposeError(`the compose at ${printable(place.name)} has no ${file}`, {
    hint: 'it may not have got that far yet, or is no compose of pungi',
  });
}
