import { InvalidRepoError } from './errors.ts';

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
}): string {
  const { composeId, variant, baseurl, gpgcheck, gpgkey } = options;
  const lines: [string, string][] = [
    ['name', `Compose ${composeId} (RPMs) - ${variant}`],
    ['baseurl', baseurl],
    ['enabled', '1'],
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

/** Reads the repositories of a file; what is no option is passed over, as dnf does. */
export function parseRepoFile(text: string): Repo[] {
  const sections: { id: string; options: Map<string, string> }[] = [];
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const id = /^\[(?<id>[^\]]+)\]/.exec(line)?.groups?.id;
    const option = /^(?<key>[^\s=[]+)\s*=\s*(?<value>.*?)\s*$/.exec(line)?.groups;
    const options = sections.at(-1)?.options;
    if (id !== undefined) {
      sections.push({ id, options: new Map() });
      key = undefined;
    } else if (/^\s/.test(line) && key !== undefined) {
      options?.set(key, `${options.get(key)} ${line.trim()}`);
    } else if (option) {
      key = option.key ?? '';
      options?.set(key, option.value ?? '');
    }
  }
  return sections.map(({ id, options }) => repoOf(id, options));
}

function repoOf(id: string, options: ReadonlyMap<string, string>): Repo {
  const flag = (key: string) => {
    const value = options.get(key)?.toLowerCase();
    return value === undefined ? undefined : ['1', 'true', 'yes', 'on'].includes(value);
  };
  const list = (key: string) =>
    options
      .get(key)
      ?.split(/[\s,]+/)
      .filter((word) => word !== '');
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
