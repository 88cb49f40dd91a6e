import { variantBaseurl } from './baseurl.ts';
import { ComposeInfo } from './compose-info.ts';
import { ComposeUnreachableError, DoomedComposeError, InvalidComposeError } from './errors.ts';
import { type Location, locate } from './location.ts';
import { parseMetadata } from './metadata.ts';
import { packagesOf, Rpms } from './rpms.ts';
import { type PathMapping, translatePath } from './translate-path.ts';

/** STATUS as pungi writes it. */
export type ComposeStatus = 'STARTED' | 'FINISHED' | 'FINISHED_INCOMPLETE' | 'DOOMED' | 'TERMINATED';

export interface Compose {
  readonly id: string;
  readonly status: ComposeStatus;
  /** Where it was opened: a directory or a URL. */
  readonly location: string;
  readonly info: ComposeInfo['payload'];
  /** URL of a variant's packages, with dnf's `$basearch` in it. */
  baseurl(variant: string): string;
  /** NEVRAs with epoch of all binary packages for an architecture, in RPM's name of it. */
  packages(arch: string): Promise<ReadonlySet<string>>;
}

interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Take a compose that is DOOMED or TERMINATED too. */
  readonly acceptDoomed?: boolean;
  /** Where a compose that is given as a directory is served: its repositories get URLs by it. */
  readonly translatePaths?: readonly PathMapping[];
}

const statuses: readonly string[] = ['STARTED', 'FINISHED', 'FINISHED_INCOMPLETE', 'DOOMED', 'TERMINATED'];
const INFO = 'compose/metadata/composeinfo.json';
/** Without variants; there from the start, whereas pungi writes INFO when all images are made. */
const BASE_INFO = 'work/global/composeinfo-base.json';
const RPMS = 'compose/metadata/rpms.json';

/**
 * Opens a compose, in progress or finished, by its directory or URL (the one that holds COMPOSE_ID and STATUS).
 *
 * @throws {ComposeUnreachableError} nothing answers there
 * @throws {InvalidComposeError} no compose, or metadata that cannot be read
 * @throws {DoomedComposeError}
 */
export async function openCompose(location: string, options: OpenOptions = {}): Promise<Compose> {
  const place = locate(location, options);
  const [idText, statusText] = await Promise.all([place.read('COMPOSE_ID'), place.read('STATUS')]);
  if (idText === undefined && statusText === undefined) {
    throw new ComposeUnreachableError(`there is no compose at ${location}: neither COMPOSE_ID nor STATUS`, {
      hint: 'give the directory that holds COMPOSE_ID, STATUS and compose/',
    });
  }
  const id = required(place, idText, 'COMPOSE_ID');
  const status = required(place, statusText, 'STATUS');
  if (!statuses.includes(status)) {
    throw new InvalidComposeError(`the compose ${id} has the unknown STATUS ${JSON.stringify(status)}`);
  }
  if ((status === 'DOOMED' || status === 'TERMINATED') && !options.acceptDoomed) {
    throw new DoomedComposeError(`the compose ${id} is ${status}`, { hint: 'take a later compose' });
  }
  let rpms: Promise<Rpms> | undefined;
  const readRpms = () => {
    rpms ??= place.read(RPMS).then((text) => parseMetadata(Rpms, required(place, text, RPMS), RPMS));
    return rpms;
  };
  const info = await readInfo(place, id, readRpms);
  const root = place.directory ? translatePath(place.directory, options.translatePaths ?? []) : location;
  return {
    id,
    status: status as ComposeStatus,
    location,
    info,
    baseurl: (variant) => variantBaseurl(root, info, variant),
    packages: async (arch) => packagesOf(await readRpms(), arch, RPMS),
  };
}

async function readInfo(
  place: Location,
  id: string,
  readRpms: () => Promise<Rpms>,
): Promise<ComposeInfo['payload']> {
  const text = await place.read(INFO);
  const baseText = text === undefined ? await place.read(BASE_INFO) : undefined;
  const file = baseText === undefined ? INFO : BASE_INFO;
  const info = parseMetadata(ComposeInfo, required(place, text ?? baseText, file), file).payload;
  if (info.compose.id !== id) {
    throw new InvalidComposeError(`COMPOSE_ID says ${id} and ${file} says ${info.compose.id}`);
  }
  if (file === INFO) return info;
  const variants = Object.entries((await readRpms()).payload.rpms).map(
    ([uid, arches]) => [uid, { uid, arches: Object.keys(arches), paths: {} }] as const,
  );
  return { ...info, variants: Object.fromEntries(variants) };
}

function required(place: Location, text: string | undefined, file: string): string {
  if (text !== undefined && text.trim() !== '') return text.trim();
  throw new InvalidComposeError(`the compose at ${place.name} has no ${file}`, {
    hint: 'it may not have got that far yet, or is no compose of pungi',
  });
}
