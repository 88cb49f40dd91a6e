import {
  fillIn,
  type IniFile,
  InvalidRepoError,
  parseIniFile,
  parseRepoFile,
  type Repo,
  wordsOf,
} from '#lib/rpm';
import type { Unseen } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { CouldNotLookError, inEach, look, textOf } from '../look.ts';
import { decoded } from './points-at-compose.ts';
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

export function reposIn(rootfs: ImageRootfs, file: string, values: Repositories['values']): Repo[] {
  const seen = look(rootfs, file);
  return seen.kind === 'absent' ? [] : readAs(parseRepoFile, file, textOf(seen.bytes), values);
}

/** A file that dnf refuses is not one without repositories: other programs may read it otherwise. */
function readAs<Rest extends readonly unknown[], Result>(
  parse: (text: string, ...rest: Rest) => Result,
  file: string,
  text: string,
  ...rest: Rest
): Result {
  try {
    return parse(text, ...rest);
  } catch (error) {
    if (error instanceof InvalidRepoError) throw new CouldNotLookError(`/${file}: ${error.message}`);
    throw error;
  }
}

/** Files of the image that a repository names as a list of mirrors: as paths, or as addresses that curl takes. */
export function localLists(repo: Repo): string[] {
  return [repo.metalink, repo.mirrorlist].flatMap((list = '') => {
    const { scheme, path } =
      /^(?<scheme>file:(?:\/\/(?:localhost|127\.0\.0\.1)(?=\/)|\/*(?=\/)))?\/(?<path>.*)$/is.exec(list)
        ?.groups ?? {};
    if (path === undefined) return [];
    return [scheme === undefined ? path : decoded(path)];
  });
}

/** Files that only the content of others names: variables in a directory of their own, lists of mirrors. */
export function namedFiles(rootfs: ImageRootfs): string[] {
  const { varsdir } = settingsOf(rootfs, configurationFiles(rootfs));
  const { files, values } = repositoriesOf(rootfs);
  const lists: string[] = [];
  inEach(files, (file) => {
    for (const repo of reposIn(rootfs, file, values)) lists.push(...localLists(repo));
    return [];
  });
  return [...variableFiles(rootfs, varsdir), ...lists].filter((path) => rootfs.stat(path)?.type === 'file');
}

interface Settings {
  readonly reposdir: readonly string[];
  readonly varsdir: readonly string[];
  readonly unseen: readonly (string | Unseen)[];
}

/** Where [main] says that repositories and variables are. */
function settingsOf(rootfs: ImageRootfs, configurations: readonly string[]): Settings {
  const found: { reposdir: string[]; varsdir: string[] } = { reposdir: [], varsdir: [] };
  const unseen = inEach(configurations, (file) => {
    const seen = look(rootfs, file);
    const sections: IniFile =
      seen.kind === 'absent' ? new Map() : readAs(parseIniFile, file, textOf(seen.bytes));
    for (const key of ['reposdir', 'varsdir'] as const) {
      const words = wordsOf(fillIn(sections.get('main')?.get(key) ?? '', new Map()));
      found[key].push(
        ...words.map((word) =>
          word
            .split('/')
            .filter((part) => part !== '')
            .join('/'),
        ),
      );
    }
    return [];
  });
  return { ...found, unseen };
}
