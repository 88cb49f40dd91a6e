import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Registry, startRegistry } from '#lib/registry';

/** A registry that keeps nothing in memory, so that its files can be taken away while it runs. */
export function startScratchRegistry(storage: string): Promise<Registry> {
  const settings = { filesystem: { rootdirectory: storage }, delete: { enabled: true } };
  return startRegistry({ storage, extra: { storage: settings } });
}

/** What a registry has already is not sent to it: before a cold push it must have nothing. */
export function emptyRegistry({ storage }: Registry): void {
  rmSync(join(storage, 'docker'), { recursive: true, force: true });
}
