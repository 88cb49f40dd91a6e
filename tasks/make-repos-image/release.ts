import { type Compose, type ComposeOfRole, InvalidComposeError, newestOf } from '#lib/compose';
import { parseNevra } from '#lib/rpm';
import { quoted } from '#lib/text';

/** Releases that have a name and no number, as dnf and their key files write them. */
const named: readonly string[] = ['rawhide', 'eln'];

/** Where fedora-gpg-keys has the keys; dnf puts the architecture in. */
const keyFile = (release: string) => `file:///etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-${release}-$basearch`;

/**
 * Value of dnf's $releasever: what is given, or the version of the compose's release. A compose says `Rawhide`, and dnf's
 * users, mirrors and key files say `rawhide` (fedora-repos, fedora-rawhide.repo).
 *
 * @throws {InvalidComposeError} when the compose says nothing that can stand in a URL
 */
export function releaseVersion({ id, info }: Compose, given: string): string {
  const version = given === '' ? info.release.version : given;
  const small = version.toLowerCase();
  if (named.includes(small)) return small;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(version)) return version;
  throw new InvalidComposeError(`the compose ${id} has no usable release version: ${quoted(version)}`, {
    hint: 'give RELEASEVER',
  });
}

/**
 * The newest of the composes, by which an image is known.
 *
 * @throws {InvalidComposeError} where there is none
 */
export function newestCompose(composes: readonly ComposeOfRole[]): Compose {
  const id = newestOf(composes.map(({ compose }) => compose.id));
  const newest = composes.find(({ compose }) => compose.id === id)?.compose;
  if (newest !== undefined) return newest;
  throw new InvalidComposeError('no compose is given', { hint: 'give COMPOSE, or COMPOSES as role=URL' });
}

/**
 * The value of $releasever that all of the composes have.
 *
 * @throws {InvalidComposeError} where they are of different releases
 */
export function agreedVersion(composes: readonly ComposeOfRole[], given: string): string {
  const versions = composes.map(({ compose }) => releaseVersion(compose, given));
  const [version = ''] = versions;
  if (versions.every((one) => one === version)) return version;
  const told = composes.map(({ compose }, index) => `${compose.id} of ${versions[index]}`).join(', ');
  throw new InvalidComposeError(`the composes are of different releases: ${told}`, {
    hint: 'give composes of one release, or RELEASEVER',
  });
}

export function isRawhide({ id }: Compose, releasever: string): boolean {
  return releasever === 'rawhide' || /-rawhide-/i.test(id);
}

/**
 * Files of the keys that packages of a Fedora release are signed with, for `gpgkey`. Rawhide and ELN are signed with the
 * key of the next release, for which `rawhide` is a link (fedora-repos.spec); where the machine that installs was made
 * before the last branching that link leads to the old one, so the number's own key stands beside it.
 *
 * @param packages of one architecture of the compose: among them is the number of a release that has none in its name
 * @throws {InvalidComposeError} for a release without a key file that is known
 */
export function releaseKeys(
  { id, info }: Compose,
  releasever: string,
  packages: ReadonlySet<string>,
): readonly string[] {
  const isFedora = /^fedora\b/i.test(info.release.short);
  if (isFedora && /^\d{1,4}$/.test(releasever)) return [keyFile(releasever)];
  if (isFedora && named.includes(releasever)) {
    const number = releaseNumber(packages);
    return ['rawhide', ...(number === undefined ? [] : [String(number)])].map(keyFile);
  }
  throw new InvalidComposeError(`no key file is known for release ${releasever} of the compose ${id}`, {
    hint: 'give GPGKEY, or RELEASEVER with the number of the release of Fedora',
  });
}

/** What an image of the release says as its version: a number, but for what has none, such as ELN. */
export function versionLabel(releasever: string, packages: ReadonlySet<string>): string {
  return releasever === 'rawhide' ? String(releaseNumber(packages) ?? releasever) : releasever;
}

/** Version of the package that says which release it is. */
function releaseNumber(packages: ReadonlySet<string>): number | undefined {
  const numbers = [...packages]
    .filter((nevra) => /^fedora-(?:release|release-common|repos|gpg-keys)-\d/.test(nevra))
    .map((nevra) => parseNevra(nevra).version)
    .filter((version) => /^\d{1,4}$/.test(version))
    .map(Number);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
