import type { ImageRootfs } from '../facts.ts';
import { CouldNotLookError, look, utf8Of } from '../look.ts';
import { type KeyFile, parseKeyFile } from './key-file.ts';

const places = ['etc/ostree/prepare-root.conf', 'usr/lib/ostree/prepare-root.conf'] as const;

/**
 * What is wrong with composefs in the configuration of a root (`prefix` ends with a slash, or is empty): bootc's
 * check_prepareroot_composefs_norecurse (crates/lib/src/lints.rs), and load_config_from_root and
 * overlayfs_enabled_in_config (crates/ostree-ext/src/ostree_prepareroot.rs).
 */
export function composefsProblems(rootfs: ImageRootfs, prefix: string): string[] {
  for (const place of places) {
    const path = `${prefix}${place}`;
    const seen = look(rootfs, path);
    if (seen.kind === 'absent') continue;
    const config = parseKeyFile(utf8Of(seen.bytes, path), path);
    if (isTransient(config, path) || isComposefs(config)) return [];
    const value = config.get('composefs')?.get('enabled');
    return [`composefs is not enabled in /${path} (${value ?? 'unset'})`];
  }
  return [`there is no /${prefix}usr/lib/ostree/prepare-root.conf`];
}

/** g_key_file_get_boolean: true, false, 1 or 0, blanks behind it passed over; anything else is an error there too. */
function isTransient(config: KeyFile, path: string): boolean {
  const value = config.get('root')?.get('transient')?.trimEnd();
  if (value === undefined || value === 'false' || value === '0') return false;
  if (value === 'true' || value === '1') return true;
  throw new CouldNotLookError(`/${path}: root.transient is no boolean`);
}

/** ComposefsState::from_str and maybe_enabled; a value that it does not know counts as unset. */
function isComposefs(config: KeyFile): boolean {
  const value = config.get('composefs')?.get('enabled');
  return value !== undefined && ['signed', 'verity', 'yes', 'true', '1', 'maybe'].includes(value);
}
