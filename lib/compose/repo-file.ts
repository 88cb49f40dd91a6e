import { InvalidComposeError } from './errors.ts';

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
    throw new InvalidComposeError(`not an id of a repository: ${JSON.stringify(section)}`);
  }
  for (const [key, value] of lines) {
    // A line break would begin another option, or another repository.
    if (/[\r\n\0]/.test(value)) throw new InvalidComposeError(`${key} of ${section} has a line break in it`);
  }
  return `[${section}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join('')}`;
}

/** Reads the repositories of a file; what is no option is passed over, as dnf does. */
export function parseRepoFile(text: string): Repo[] {
  const sections: { id: string; options: Map<string, string[]> }[] = [];
  let values: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const id = /^\[(?<id>[^\]]+)\]/.exec(line)?.groups?.id;
    const option = /^(?<key>[A-Za-z_]+)\s*=\s*(?<value>.*)$/.exec(line)?.groups;
    const current = sections.at(-1);
    if (id !== undefined) {
      sections.push({ id, options: new Map() });
      values = undefined;
    } else if (/^\s/.test(line) && values) {
      values.push(...words(line));
    } else if (option && current) {
      values = words(option.value ?? '');
      current.options.set(option.key ?? '', values);
    }
  }
  return sections.map(({ id, options }) => repoOf(id, options));
}

function repoOf(id: string, options: ReadonlyMap<string, string[]>): Repo {
  const text = (key: string) => options.get(key)?.join(' ');
  const flag = (key: string) => {
    const value = text(key)?.toLowerCase();
    return value === undefined ? undefined : ['1', 'true', 'yes', 'on'].includes(value);
  };
  const all = {
    name: text('name'),
    baseurl: options.get('baseurl'),
    metalink: text('metalink'),
    mirrorlist: text('mirrorlist'),
    enabled: flag('enabled'),
    gpgcheck: flag('gpgcheck'),
    gpgkey: options.get('gpgkey'),
  };
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return { id, ...Object.fromEntries(known) } as Repo;
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
