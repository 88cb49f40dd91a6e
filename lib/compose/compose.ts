import { ComposeUnreachableError, DoomedComposeError, InvalidComposeError } from './errors.ts';
import { locate } from './location.ts';
import { ComposeInfo, packagesOf, parseMetadata, Rpms } from './metadata.ts';

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
}

const statuses: readonly string[] = ['STARTED', 'FINISHED', 'FINISHED_INCOMPLETE', 'DOOMED', 'TERMINATED'];
const METADATA = 'compose/metadata';

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
  const required = (text: string | undefined, file: string) => {
    if (text !== undefined && text.trim() !== '') return text.trim();
    throw new InvalidComposeError(`the compose at ${location} has no ${file}`, {
      hint: 'it may not have started yet, or is no compose of pungi',
    });
  };
  const id = required(idText, 'COMPOSE_ID');
  const status = required(statusText, 'STATUS');
  if (!statuses.includes(status)) {
    throw new InvalidComposeError(`the compose ${id} has the unknown STATUS ${JSON.stringify(status)}`);
  }
  if ((status === 'DOOMED' || status === 'TERMINATED') && !options.acceptDoomed) {
    throw new DoomedComposeError(`the compose ${id} is ${status}`, { hint: 'take a later compose' });
  }
  const infoFile = `${METADATA}/composeinfo.json`;
  const info = parseMetadata(ComposeInfo, required(await place.read(infoFile), infoFile), infoFile).payload;
  if (info.compose.id !== id) {
    throw new InvalidComposeError(`COMPOSE_ID says ${id} and ${infoFile} says ${info.compose.id}`);
  }
  let rpms: Promise<Rpms> | undefined;
  const rpmsFile = `${METADATA}/rpms.json`;
  const readRpms = async () => parseMetadata(Rpms, required(await place.read(rpmsFile), rpmsFile), rpmsFile);
  return {
    id,
    status: status as ComposeStatus,
    location,
    info,
    baseurl: (variant) => baseurl(location, info, variant),
    packages: async (arch) => {
      rpms ??= readRpms();
      return packagesOf(await rpms, arch, rpmsFile);
    },
  };
}

function baseurl(location: string, info: ComposeInfo['payload'], variant: string): string {
  const known = info.variants[variant];
  if (!known) {
    throw new InvalidComposeError(`the compose ${info.compose.id} has no variant ${variant}`, {
      hint: `it has: ${Object.keys(info.variants).join(', ')}`,
    });
  }
  const root = /^[a-z]+:\/\//i.test(location) ? location : `file://${location}`;
  return `${root.replace(/\/+$/, '')}/compose/${variant}/$basearch/os/`;
}
