import type { PlatformFacts } from '../facts.ts';
import { composefsProblems } from './prepare-root.ts';

/** BASEIMAGE_REF of crates/lib/src/lints.rs: the root as it should be, in the documentation. */
const EMBEDDED = 'usr/share/doc/bootc/baseimage/base';

/** The root, and the embedded one where it is there (open_dir_optional: links are followed). */
function rootsOf({ rootfs }: Pick<PlatformFacts, 'rootfs'>): string[] {
  return rootfs.stat(EMBEDDED)?.type === 'directory' ? ['', `${EMBEDDED}/`] : [''];
}

/** check_composefs (crates/lib/src/lints.rs). */
export function baseimageComposefs(facts: PlatformFacts): string[] {
  return rootsOf(facts).flatMap((root) => composefsProblems(facts.rootfs, root));
}

/** check_baseimage_root and check_baseimage_root_norecurse (crates/lib/src/lints.rs). */
export function baseimageRoot(facts: PlatformFacts): string[] {
  const { rootfs } = facts;
  return rootsOf(facts).flatMap((root) => {
    const ostree = rootfs.get(`${root}ostree`);
    return [
      ...(rootfs.get(`${root}sysroot`)?.type === 'directory' ? [] : [`/${root}sysroot is no directory`]),
      ...(ostree?.type === 'symlink' && ostree.link === 'sysroot/ostree'
        ? []
        : [`/${root}ostree does not point at sysroot/ostree`]),
    ];
  });
}
