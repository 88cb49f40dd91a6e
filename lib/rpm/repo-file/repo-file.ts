import { InvalidRepoError } from '../errors.ts';
import { parseIniFile } from './ini-file.ts';
import { fillIn } from './variables.ts';

/** A section of a yum repository file (dnf.conf(5), "Repo Options"). */
export interface Repo {
  readonly id: string;
  readonly name?: string;
  readonly baseurl?: readonly string[];
  readonly metalink?: string;
  readonly mirrorlist?: string;
  readonly enabled?: boolean;
  readonly gpgcheck?: boolean;
  readonly gpgkey?: readonly string[];
}

/**
 * A repository of a compose in progress: its packages change while it is read, so metadata is never taken from a
 * cache, and no mirror is asked, which would have another compose.
 */
export function composeRepo(options: {
  readonly composeId: string;
  readonly variant: string;
  readonly baseurl: string;
  readonly gpgcheck: boolean;
  readonly gpgkey: string;
  /** The lowest number takes precedence; by default it is the same for all. */
  readonly priority?: number | undefined;
}): string {
  const { composeId, variant, baseurl, gpgcheck, gpgkey, priority } = options;
  const lines: [string, string][] = [
    ['name', `Compose ${composeId} (RPMs) - ${variant}`],
    ['baseurl', baseurl],
    ['enabled', '1'],
    ...(priority === undefined ? [] : [['priority', `${priority}`] as [string, string]]),
    ['gpgcheck', gpgcheck ? '1' : '0'],
    ['repo_gpgcheck', '0'],
    ...(gpgcheck ? [['gpgkey', gpgkey] as [string, string]] : []),
    ['metadata_expire', '0'],
    ['skip_if_unavailable', 'False'],
  ];
  const section = `${composeId}-${variant}`;
  if (!/^[A-Za-z0-9._:-]+$/.test(section)) {
    throw new InvalidRepoError(`not an id of a repository: ${JSON.stringify(section)}`);
  }
  for (const [key, value] of lines) {
    // A line break would begin another option, or another repository.
    if (/[\r\n\0]/.test(value)) throw new InvalidRepoError(`${key} of ${section} has a line break in it`);
  }
  return `[${section}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join('')}`;
}

/**
 * Reads the repositories of a file, variables filled in with the values that are given; an option that is not known is
 * passed over, as dnf does.
 *
 * @throws {InvalidRepoError} where dnf5 refuses the file, with the line
 */
export function parseRepoFile(text: string, values: ReadonlyMap<string, string> = new Map()): Repo[] {
  return [...parseIniFile(text)].map(([id, raw]) => {
    const options = new Map([...raw].map(([key, value]) => [key, fillIn(value, values)]));
    return repoOf(fillIn(id, values), options);
  });
}

/** Words of a list, between blanks and commas; a backslash takes its meaning from what follows (OptionStringList). */
export function wordsOf(list: string): string[] {
  return (list.match(/(?:\\.|[^\s,\\])+/gs) ?? []).map((word) => word.replaceAll(/\\(.)/gs, '$1'));
}

function repoOf(id: string, options: ReadonlyMap<string, string>): Repo {
  const flag = (key: string) => {
    const value = options.get(key)?.toLowerCase();
    return value === undefined ? undefined : ['1', 'true', 'yes', 'on'].includes(value);
  };
  const list = (key: string) => {
    const value = options.get(key);
    return value === undefined ? undefined : wordsOf(value);
  };
  const all = {
    name: options.get('name'),
    baseurl: list('baseurl'),
    metalink: options.get('metalink'),
    mirrorlist: options.get('mirrorlist'),
    enabled: flag('enabled'),
    gpgcheck: flag('gpgcheck'),
    gpgkey: list('gpgkey'),
  };
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return { id, ...Object.fromEntries(known) } as Repo;
}
