import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { quoted, shellWord } from '#lib/text';
import type { PrivateDirectory } from './private-directory.ts';

/** The names of private keys: those of ~/.ssh, and that of a Secret of type kubernetes.io/ssh-auth. */
const KEY = /^(?:id_.*(?<!\.pub)|ssh-privatekey)$/;

/** Nobody is there to answer a question, and a connection that is dead is to be noticed within a minute. */
const OPTIONS = ['BatchMode yes', 'ConnectTimeout 30', 'ServerAliveInterval 15', 'ServerAliveCountMax 4'];

/**
 * Copies the keys, known hosts and configuration of a workspace, and makes a configuration that uses them: ssh looks
 * for ~ in passwd, and not in HOME.
 *
 * @returns the command for GIT_SSH_COMMAND, which a shell reads
 * @throws {ExpectedError} for a name that cannot stand in a configuration, and a file that cannot be read
 */
export async function sshCommand(directory: string | undefined, place: PrivateDirectory): Promise<string> {
  const lines = [...OPTIONS];
  const files = directory === undefined ? [] : await filesIn(directory);
  for (const name of files) {
    if (!/^[\w.@+-]+$/.test(name)) {
      throw new ExpectedError(`the workspace ssh-directory has a file of a strange name: ${quoted(name)}`, {
        kind: 'usage',
        hint: 'names may have letters, digits and any of .-_@+',
      });
    }
    const content = await readFile(join(directory ?? '', name));
    const isKey = KEY.test(name);
    // ssh reads no key without a newline at its end, which an editor of Secrets may have dropped.
    const whole = isKey && content.at(-1) !== 0x0a ? Buffer.concat([content, Buffer.from('\n')]) : content;
    await place.write(`ssh-${name}`, name === 'config' ? inPlace(content.toString(), place) : whole);
    if (isKey) lines.push(`IdentityFile ${configured(place, name)}`);
  }
  // The first value counts.
  if (files.includes('known_hosts')) lines.push(`UserKnownHostsFile ${configured(place, 'known_hosts')}`);
  if (files.includes('config')) lines.push(`Include ${configured(place, 'config')}`);
  const path = await place.write('ssh_config', `${lines.join('\n')}\n`);
  return `ssh -F ${shellWord(path)}`;
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory);
  // The files of a mounted Secret are links, and so is the directory that they are in.
  const isFile = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).isFile()));
  return names.filter((_, index) => isFile[index]).sort();
}

/** A path as ssh_config(5) reads it, where % begins a token. */
function configured({ path }: PrivateDirectory, name: string): string {
  return `"${join(path, `ssh-${name}`).replaceAll('%', '%%')}"`;
}

/** What a configuration says of ~/.ssh is about the files beside it. */
function inPlace(config: string, { path }: PrivateDirectory): string {
  return config.replaceAll(/(?:~|%d)\/\.ssh\//g, () => `${path.replaceAll('%', '%%')}/ssh-`);
}
