import { rm } from 'node:fs/promises';
import { run } from '#lib/process';

/**
 * Removes what containers have written to. Rootless, a file may belong to another user of a container, and only podman
 * can remove that.
 */
export async function removeDirectory(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await run('podman', ['unshare', 'rm', '-rf', '--', directory]);
  }
}
