import { existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Values } from '#lib/tekton';
import { printable } from '#lib/text';
import { UnsupportedBuildError } from './buildah.ts';
import { ADDITIONAL_SECRET, ENTITLEMENT, PREFETCHED, SOURCE, WORKDIR } from './places.ts';
import { variablesFile } from './prefetch/prefetch-variables.ts';
import type { task } from './task.ts';

/** Options of `buildah build` for what RUN lines see beside the image. */
export async function mountArguments(
  params: Values<typeof task.steps.build.params>,
  options: {
    readonly context: string;
    /** Where definitions of repositories are collected. */
    readonly repositories: string;
    /** RPM's name. */
    readonly architecture: string;
  },
): Promise<string[]> {
  const { context, repositories, architecture } = options;
  const volume = (from: string, to: string, mode = '') => {
    for (const path of [from, to]) {
      if (!path.includes(':')) continue;
      throw new UnsupportedBuildError(`cannot mount ${printable(path)}: buildah takes no path with a colon`);
    }
    return ['--volume', `${from}:${to}${mode}`];
  };
  for (const param of ['WORKINGDIR_MOUNT', 'YUM_REPOS_D_TARGET'] as const) {
    if (params[param] === '' || params[param].startsWith('/')) continue;
    throw new UnsupportedBuildError(`${param} ${printable(params[param])} is no absolute path`, {
      hint: 'write it with a / in front',
    });
  }
  const args: string[] = [];
  if (params.WORKINGDIR_MOUNT !== '') args.push(...volume(context, params.WORKINGDIR_MOUNT));
  const output = join(PREFETCHED, 'output');
  const variables = variablesFile(PREFETCHED);
  if (existsSync(output)) args.push(...volume(output, '/cachi2/output'));
  if (variables !== undefined) args.push(...volume(variables, '/cachi2/cachi2.env'));
  const sources = [
    join(SOURCE, params.YUM_REPOS_D_SRC),
    join(WORKDIR, params.YUM_REPOS_D_FETCHED),
    join(output, 'deps/rpm', architecture, 'repos.d'),
  ];
  if ((await collectRepositories(sources, repositories)) > 0)
    args.push(...volume(repositories, params.YUM_REPOS_D_TARGET));
  // As in Konflux: what has no network is not told the keys for one.
  if (!params.HERMETIC && (await keysOf(ENTITLEMENT)).length > 0)
    args.push(...volume(ENTITLEMENT, '/etc/pki/entitlement', ':ro'));
  for (const key of await keysOf(ADDITIONAL_SECRET)) {
    args.push('--secret', `id=${params.ADDITIONAL_SECRET}/${key},src=${join(ADDITIONAL_SECRET, key)}`);
  }
  return [...args, ...authorities(params.RHSM_MOUNT_CA_CERTS, volume)];
}

const RHSM_CA = '/etc/rhsm/ca';

function authorities(
  choice: 'auto' | 'always' | 'never',
  volume: (from: string, to: string, mode: string) => string[],
): string[] {
  if (choice === 'never' || (choice === 'auto' && !existsSync(RHSM_CA))) return [];
  if (existsSync(RHSM_CA)) return volume(RHSM_CA, RHSM_CA, ':ro');
  throw new UnsupportedBuildError(
    `RHSM_MOUNT_CA_CERTS=always needs ${RHSM_CA}, which the step image does not have`,
  );
}

/** Copies the files of some directories into one, without following a link; how many there are. */
async function collectRepositories(sources: readonly string[], target: string): Promise<number> {
  await mkdir(target, { recursive: true });
  const root = await realpath(WORKDIR);
  let count = 0;
  for (const source of sources) {
    const real = await realpath(source).catch(() => undefined);
    if (real === undefined || !(await lstat(real)).isDirectory()) continue;
    if (!real.startsWith(`${root}/`))
      throw new UnsupportedBuildError(`${printable(source)} leads out of the source`);
    for (const name of await readdir(real)) {
      if (!(await lstat(join(real, name))).isFile()) continue;
      await copyFile(join(real, name), join(target, name));
      count += 1;
    }
  }
  return count;
}

/** Keys of a Secret in its volume, where `..data` and the like are not among them. */
async function keysOf(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => !name.startsWith('..')).sort();
}
