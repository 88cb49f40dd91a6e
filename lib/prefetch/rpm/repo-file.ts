import type { RpmPackage } from '../input.ts';

/** By id of a repository: options of dnf for it. */
export type DnfOptions = NonNullable<NonNullable<RpmPackage['options']>['dnf']>;

/**
 * The repository file of an architecture, as Python's ConfigParser writes it for hermeto.
 *
 * @param root where the directories of the repositories will be when dnf reads it
 */
export function repoFile(repositories: readonly string[], root: string, options: DnfOptions): string {
  return repositories.map((id) => section(id, `file://${root}/${id}`, options)).join('');
}

function section(id: string, baseurl: string, dnf: DnfOptions): string {
  const options = new Map<string, string>();
  for (const [key, value] of Object.entries(Object.hasOwn(dnf, id) ? (dnf[id] ?? {}) : {}))
    options.set(key.toLowerCase(), pythonText(value));
  options.set('baseurl', baseurl);
  if (id.startsWith('hermeto-')) options.set('name', 'Packages unaffiliated with an official repository');
  if (!options.has('gpgcheck')) options.set('gpgcheck', '1');
  return `[${id}]\n${[...options].map(([key, value]) => `${key} = ${value}\n`).join('')}\n`;
}

/** Python's str(). */
function pythonText(value: string | number | boolean): string {
  if (typeof value !== 'boolean') return String(value);
  return value ? 'True' : 'False';
}
