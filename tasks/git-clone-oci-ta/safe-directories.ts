import { readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { configValue } from './credentials.ts';
import { localPath, SUFFIXES } from './local-path.ts';
import type { Origin } from './origin.ts';

/**
 * Lines for git's configuration that let it read repositories of this machine that belong to another user, as the steps
 * run as a user of their own: a param names each of them, and no other is read. What git runs there (upload-pack) runs
 * nothing of the repository's own configuration (git-upload-pack(1), "SECURITY").
 */
export async function safeDirectories(origins: readonly Origin[]): Promise<string> {
  const paths = origins.flatMap(({ url }) => localPath(url) ?? []);
  const found = await Promise.all(paths.flatMap((path) => SUFFIXES.map((suffix) => places(path + suffix))));
  const lines = [...new Set(found.flat())].map((place) => `\tdirectory = ${configValue(place)}\n`);
  return lines.length === 0 ? '' : `[safe]\n${lines.join('')}`;
}

/**
 * The names of a directory: as it is given, as older versions of git compare it, and with links resolved; and the
 * directory that a .git file in its place leads to (gitrepository-layout(5)). None where there is none.
 */
async function places(path: string): Promise<readonly string[]> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return [];
  const names = [path, real];
  const [, linked] = /^gitdir: (.+)$/m.exec(await readFile(real, 'utf8').catch(() => '')) ?? [];
  if (linked === undefined) return names;
  const target = await realpath(resolve(dirname(real), linked)).catch(() => undefined);
  return target === undefined ? names : [...names, target];
}
