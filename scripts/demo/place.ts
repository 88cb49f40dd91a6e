import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRegistryClient, parseReference } from '#lib/oci';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#lib/registry';
import { pushBuilder } from './push-builder.ts';

export const root = join(import.meta.dirname, '../..');
export const cache = join(root, '.cache');

/** Where one demo happens: its own registry with its own storage, gone with it. */
export interface Place extends AsyncDisposable {
  readonly directory: string;
  readonly registry: Registry;
  /** Image in the registry in which roots are installed. */
  readonly builder: string;
}

export async function openPlace(
  signal: AbortSignal,
  progress: (message: string) => void,
  directory: string = join(root, '.runs', new Date().toISOString().replaceAll(/[-:]|\..*/g, '')),
): Promise<Place> {
  await mkdir(directory, { recursive: true });
  progress('looking for the builder image');
  const { stdout } = await run(join(root, 'scripts/builder-image'), [], {
    signal,
    output: (line, stream) => stream === 'stderr' && progress(line),
  });
  const registry = await startRegistry({ storage: join(directory, 'registry') });
  try {
    progress(`registry at ${registry.host}, builder image into it`);
    const builder = `${registry.host}/demo/builder:latest`;
    using client = createRegistryClient();
    const target = client.repository(parseReference(builder));
    await pushBuilder(stdout.trim(), target, 'latest', signal);
    const close = async () => {
      await registry.stop();
      await removePulled(registry.host);
    };
    return { directory, registry, builder, [Symbol.asyncDispose]: close };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}

/** Images that bootc-lint has run stay with podman, and nobody can name them once their registry is gone. */
async function removePulled(host: string): Promise<void> {
  const list = ['images', '--quiet', '--no-trunc', '--filter', `reference=${host}/*/*`];
  const ids = new Set((await run('podman', list)).stdout.split('\n').filter((id) => id !== ''));
  if (ids.size > 0) await run('podman', ['rmi', '--force', ...ids]);
}
