import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageSource } from '../pod/image-map.ts';
import { remove } from './containers.ts';
import type { Invocation } from './invocation.ts';
import type { Service } from './service.ts';

/**
 * The home of a user as an image's /etc/passwd has it; `/` where it does not know them, as runtimes do. Undefined for a
 * home of this machine that is not ours: rootless, root's, unless there is an empty one in its place.
 */
export async function homeOf(
  service: Service,
  { overlaysRoot }: Invocation,
  labels: Readonly<Record<string, string>>,
  source: ImageSource,
  user: string,
): Promise<string | undefined> {
  const home = await homeIn(service, labels, source, user);
  if (source.kind !== 'rootfs') return home;
  if (!overlaysRoot && dirname(home) === '/') return home;
  const isForbidden = await access(join(source.path, home), constants.X_OK).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  );
  return isForbidden ? undefined : home;
}

async function homeIn(
  service: Service,
  labels: Readonly<Record<string, string>>,
  source: ImageSource,
  user: string,
): Promise<string> {
  const [name = ''] = user.split(':');
  if (name === '' || name === '0' || name === 'root') return '/root';
  const text =
    source.kind === 'rootfs' ? await ofRoot(source.path) : await ofImage(service, labels, source.reference);
  for (const line of text.split('\n')) {
    // A file of a tar ends where the zeros begin.
    const [known, , id, , , home] = line.replaceAll('\0', '').split(':');
    if (home !== undefined && (known === name || id === name)) return home;
  }
  return '/';
}

function ofRoot(path: string): Promise<string> {
  return readFile(`${path}/etc/passwd`, 'utf8').catch(() => '');
}

/** Out of a container that is made for it and never started. */
async function ofImage(
  service: Service,
  labels: Readonly<Record<string, string>>,
  image: string,
): Promise<string> {
  const { Id: id } = (await service.call('POST', '/containers/create', {
    image,
    labels,
    command: ['true'],
  })) as {
    readonly Id: string;
  };
  try {
    // A tar, uncompressed: its one file is text, with a header in front.
    const tar = (await service.call('GET', `/containers/${id}/archive?path=/etc/passwd`)) as string;
    return tar.slice(512);
  } catch {
    return '';
  } finally {
    await remove(service, id);
  }
}
