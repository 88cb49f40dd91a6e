import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { HostTransferError } from './errors.ts';

/** A directory or a file of this machine that goes to a host. */
export interface Tree {
  readonly path: string;
  /** Name of the one file in its archive; empty for a directory, whose archive has `.` at its top. */
  readonly file: string;
}

/** @throws {HostTransferError} for what is not there, or neither file nor directory */
export function treeAt(path: string): Tree {
  // A link that a caller names is followed, as the volumes of Secrets are full of them; links inside stay links.
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return { path, file: '' };
  if (stats?.isFile()) return { path, file: basename(path) };
  throw new HostTransferError(`cannot send ${path} to the build host: there is no such file or directory`);
}

/**
 * The archive of a tree as tar writes it, in the order of names and without owners: the same bytes each time, while nobody
 * changes a file. Where somebody does, tar tells and that is an error.
 *
 * @throws {HostTransferError} when tar fails
 */
export async function* packTree({ path, file }: Tree): AsyncGenerator<Buffer> {
  const [directory, name] = file === '' ? [path, '.'] : [dirname(path), `./${file}`];
  const options = [
    '--create',
    '--format=gnu',
    '--blocking-factor=512',
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
  ];
  // The one file may be a link, whose target is meant.
  const follow = file === '' ? [] : ['--dereference'];
  const child = spawn('tar', [...options, ...follow, `--directory=${directory}`, '--', name], {
    env: { ...process.env, LC_ALL: 'C', TAR_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-1000);
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  ended.catch(() => {});
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const [code] = await ended;
    if (code !== 0)
      throw new HostTransferError(`cannot pack ${path} for the build host: ${said.trim().split('\n')[0]}`);
  } finally {
    child.kill('SIGKILL');
  }
}
