import { parseRepoFile, type Repo } from '#lib/rpm';
import type { PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { inEach, look, textOf } from '../look.ts';
import { filledIn, pointsAtCompose } from './points-at-compose.ts';
import { configurationFiles, repositoryFiles, repositoryVariables } from './repo-places.ts';

export const composeRepos: PlatformCheck = {
  id: 'compose-repos',
  severity: 'fail',
  description: 'No repository of dnf points at the compose, or at any other compose in progress.',
  looksAt:
    '`*.repo` in `/etc/yum.repos.d`, `/etc/yum/repos.d`, `/etc/distro.repos.d`, `/usr/share/dnf5/repos.d`, both `repos.override.d` of dnf5, and every `reposdir` of `/etc/dnf/dnf.conf`, `/etc/yum.conf` and the drop-ins of dnf5; repositories in these files themselves; the same below `/usr/etc`. Links are followed and variables filled in; a `mirrorlist` that is a file of the image is read.',
  why: 'A compose in progress is deleted in a few weeks, and its packages change until then: a machine that has it as a repository cannot be updated, or gets what was never released.',
  mend: 'Mount the repositories of the compose while building instead of copying them into the image, or delete them in the layer that made them: a later layer is enough.',
  platform: ({ rootfs }, { compose }) => {
    const configurations = configurationFiles(rootfs);
    const values = new Map<string, string>();
    const directories: string[] = [];
    const settings = inEach(configurations, (file) => {
      for (const { reposdir, varsdir } of mainOf(rootfs, file)) {
        directories.push(...reposdir);
        for (const [name, value] of repositoryVariables(rootfs, varsdir)) values.set(name, value);
      }
      return [];
    });
    const usual = inEach([[]], (none) => {
      for (const [name, value] of repositoryVariables(rootfs, none)) values.set(name, value);
      return [];
    });
    const files = [...repositoryFiles(rootfs, directories), ...configurations];
    const found = inEach(files, (file) =>
      reposOf(rootfs, file).flatMap((repo) => {
        const suspect = addressesOf(rootfs, repo, values).find((url) => pointsAtCompose(url, compose));
        return suspect === undefined ? [] : [`/${file} [${repo.id}] points at ${suspect}`];
      }),
    );
    return [...settings, ...usual, ...found];
  },
};

function reposOf(rootfs: ImageRootfs, file: string): Repo[] {
  const seen = look(rootfs, file);
  return seen.kind === 'absent' ? [] : parseRepoFile(textOf(seen.bytes));
}

/** The addresses of a repository, and those that a list of mirrors in the image has. */
function addressesOf(rootfs: ImageRootfs, repo: Repo, values: ReadonlyMap<string, string>): string[] {
  const lists = [repo.metalink, repo.mirrorlist].filter((list) => list !== undefined);
  const addresses = [...(repo.baseurl ?? []), ...lists].map((address) => filledIn(address, values));
  const local = addresses.flatMap((address) => {
    const path =
      /^file:\/*(?<path>\/.*)$/i.exec(address)?.groups?.path ?? (address.startsWith('/') ? address : '');
    if (path === '') return [];
    const seen = look(rootfs, path.slice(1));
    return seen.kind === 'absent' ? [] : textOf(seen.bytes).split(/[\s"'<>]+/);
  });
  return [...addresses, ...local.map((address) => filledIn(address, values))];
}

interface Main {
  readonly reposdir: readonly string[];
  readonly varsdir: readonly string[];
}

/** Where [main] says that repositories and variables are; `reposdir` may be continued on lines that are indented. */
function mainOf(rootfs: ImageRootfs, file: string): Main[] {
  const seen = look(rootfs, file);
  if (seen.kind === 'absent') return [];
  const found: { reposdir: string[]; varsdir: string[] } = { reposdir: [], varsdir: [] };
  let section = '';
  let key = '';
  for (const line of textOf(seen.bytes).split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    section = /^\[(?<name>[^\]]+)\]/.exec(line)?.groups?.name ?? section;
    const option = /^(?<key>[^\s=[]+)\s*=(?<value>.*)$/.exec(line)?.groups;
    key = option?.key ?? (/^\s/.test(line) ? key : '');
    if (section !== 'main' || (key !== 'reposdir' && key !== 'varsdir')) continue;
    const words = (option?.value ?? line).split(/[\s,]+/).filter((word) => word !== '');
    found[key].push(...words.map((word) => word.replace(/^\/+|\/+$/g, '')));
  }
  return [found];
}
