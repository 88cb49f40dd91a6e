import * as z from 'zod';

/** An element of BUILD_ARGS, LABELS and the like: `NAME=value`. */
export const Assignment = z.string().regex(/^[^=\s]+=[\s\S]*$/, 'expected NAME=value');

/**
 * The capabilities that CRI-O or containerd give by themselves and a separated build does not need. Not ALL, as it needs
 * SETUID and SETGID, and Konflux' SecurityContextConstraints (appstudio-pipelines-scc) let a step add nothing but SETFCAP.
 * DAC_OVERRIDE is not among them: a step that reads what other steps left needs it.
 */
export const unneededCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETPCAP',
  'SYS_CHROOT',
] as const;
