import type { PlatformFacts } from '../facts.ts';

/** CONTAINER_RUNTIME_FILES: what podman mounts, with the directories that it makes for it. */
const injected = ['run/systemd/resolve/stub-resolv.conf'] as const;

/** check_runtime_only_dirs and prune_known_run_paths (crates/lib/src/lints.rs). */
export function nonemptyRunTmp({ rootfs }: PlatformFacts): string[] {
  const found = new Set([...rootfs.below('run'), ...rootfs.below('tmp')]);
  // How many paths there are below each, so that what podman made can be taken out from below.
  const below = new Map<string, number>();
  for (const path of found) {
    for (const parent of parentsOf(path)) below.set(parent, (below.get(parent) ?? 0) + 1);
  }
  const remove = (path: string) => {
    if (!found.delete(path)) return;
    for (const parent of parentsOf(path)) below.set(parent, (below.get(parent) ?? 0) - 1);
  };
  for (const known of injected) {
    remove(known);
    for (const parent of parentsOf(known)) {
      if (parent === 'run' || (below.get(parent) ?? 0) > 0) break;
      remove(parent);
    }
  }
  return [...found].sort().map((path) => `/${path} should not be in the image`);
}

/** The directories above a path, the nearest first. */
function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join('/'));
}
