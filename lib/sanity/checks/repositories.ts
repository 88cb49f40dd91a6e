import { parseRepoFile, type Repo } from '#lib/rpm';
import type { Unseen } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { inEach, look, textOf } from '../look.ts';
import { filledIn } from './points-at-compose.ts';
import { configurationFiles, repositoryFiles, repositoryVariables, variableFiles } from './repo-places.ts';

/** What dnf of an image would read. */
export interface Repositories {
  /** Files that hold repositories, configuration included. */
  readonly files: readonly string[];
  /** What stands for `$name` in an address. */
  readonly values: ReadonlyMap<string, string>;
  readonly unseen: readonly Unseen[];
}

export function repositoriesOf(rootfs: ImageRootfs): Repositories {
  const configurations = configurationFiles(rootfs);
  const values = new Map<string, string>();
  const { reposdir, varsdir, unseen } = settingsOf(rootfs, configurations);
  const variables = inEach(variableFiles(rootfs, varsdir), (path) => {
    for (const [name, value] of repositoryVariables(rootfs, [path])) values.set(name, value);
    return [];
  });
  return {
    files: [...repositoryFiles(rootfs, reposdir), ...configurations],
    values,
    unseen: [...unseen, ...variables].filter((one) => typeof one !== 'string'),
  };
}

export function reposIn(rootfs: ImageRootfs, file: string): Repo[] {
  const seen = look(rootfs, file);
  return seen.kind === 'absent' ? [] : parseRepoFile(textOf(seen.bytes));
}

/** Files of the image that a repository names as a list of mirrors. */
export function localLists(repo: Repo, values: ReadonlyMap<string, string>): string[] {
  return [repo.metalink, repo.mirrorlist].flatMap((list) => {
    const address = list === undefined ? '' : filledIn(list, values);
    const path = /^(?:file:\/*(?=\/))?\/(?<path>.*)$/is.exec(address)?.groups?.path;
    return path === undefined ? [] : [path];
  });
}

/** Files that only the content of others names: variables in a directory of their own, lists of mirrors. */
export function namedFiles(rootfs: ImageRootfs): string[] {
  const { varsdir } = settingsOf(rootfs, configurationFiles(rootfs));
  const { files, values } = repositoriesOf(rootfs);
  const lists: string[] = [];
  inEach(files, (file) => {
    for (const repo of reposIn(rootfs, file)) lists.push(...localLists(repo, values));
    return [];
  });
  return [...variableFiles(rootfs, varsdir), ...lists].filter((path) => rootfs.stat(path)?.type === 'file');
}

interface Settings {
  readonly reposdir: readonly string[];
  readonly varsdir: readonly string[];
  readonly unseen: readonly (string | Unseen)[];
}

/** Where [main] says that repositories and variables are; both may be continued on lines that are indented. */
function settingsOf(rootfs: ImageRootfs, configurations: readonly string[]): Settings {
  const found: { reposdir: string[]; varsdir: string[] } = { reposdir: [], varsdir: [] };
  const unseen = inEach(configurations, (file) => {
    const seen = look(rootfs, file);
    let section = '';
    let key = '';
    for (const line of seen.kind === 'absent' ? [] : textOf(seen.bytes).split(/\r?\n/)) {
      if (/^\s*(?:[#;]|$)/.test(line)) continue;
      section = /^\[(?<name>[^\]]+)\]/.exec(line)?.groups?.name ?? section;
      const option = /^(?<key>[^\s=[]+)\s*=(?<value>.*)$/.exec(line)?.groups;
      key = option?.key ?? (/^\s/.test(line) ? key : '');
      if (section !== 'main' || (key !== 'reposdir' && key !== 'varsdir')) continue;
      const words = (option?.value ?? line).split(/[\s,]+/).filter((word) => word !== '');
      found[key].push(...words.map((word) => word.replaceAll(/^\/+|\/+$/g, '')));
    }
    return [];
  });
  return { ...found, unseen };
}
