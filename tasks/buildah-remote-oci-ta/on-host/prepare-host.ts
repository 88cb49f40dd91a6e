import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildHost } from '#lib/host';
import { PRIVILEGED } from '../host.ts';
import { empty, HOME, made, sent, TEMPORARY } from './host-places.ts';

/**
 * Gives a host what the build step needs of its pod.
 *
 * @param scratch an empty directory of ours in the pod
 * @returns paths in the container, by the names of directories in ours on the host
 */
export async function prepareHost(
  host: BuildHost,
  scratch: string,
  { isPrivileged }: { readonly isPrivileged: boolean },
): Promise<Readonly<Record<string, string>>> {
  await mkdir(join(scratch, 'ssh'), { mode: 0o700 });
  await writeFile(join(scratch, 'ssh/host'), 'localhost\n');
  if (isPrivileged) await writeFile(join(scratch, 'ssh', PRIVILEGED), '');
  await mkdir(join(scratch, 'home/.docker'), { recursive: true, mode: 0o700 });
  const credentials = credentialFile(process.env);
  if (credentials !== undefined) await copyFile(credentials, join(scratch, 'home/.docker/config.json'));
  const given = Object.fromEntries(Object.entries(sent).filter(([, path]) => existsSync(path)));
  await host.send([
    ...Object.entries(given).map(([name, path]) => ({ from: path, to: name })),
    ...Object.keys(made).map((name) => ({ from: join(scratch, name), to: name })),
  ]);
  const names = [...Object.keys(empty), ...Object.keys(sent), TEMPORARY];
  await host.exec(['mkdir', '-p', '--', ...names.map((name) => `${host.directory}/${name}`)]);
  return { ...sent, ...made, ...empty };
}

/** Where Tekton puts the credentials of the ServiceAccount for registries. */
function credentialFile({ DOCKER_CONFIG, HOME: home = HOME }: NodeJS.ProcessEnv): string | undefined {
  const files = [...(DOCKER_CONFIG ? [DOCKER_CONFIG] : []), join(home, '.docker')];
  return files.map((directory) => join(directory, 'config.json')).find((file) => existsSync(file));
}
