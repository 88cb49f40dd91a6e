import type { SecurityContext } from '../model/api.ts';

/** Whose capabilities a container has that says nothing of its own. */
export type Runtime = 'containerd' | 'cri-o';

/** CRI-O's default (pkg/config/config.go, defaultCapabilities), which OpenShift, and so Konflux, has. */
const crio = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETPCAP',
  'SETUID',
];

/** containerd's is docker's (pkg/oci/spec.go, defaultUnixCaps). */
const byRuntime: Readonly<Record<Runtime, readonly string[]>> = {
  'cri-o': crio,
  containerd: [...crio, 'AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SETFCAP', 'SYS_CHROOT'],
};

/** What podman gives by itself (containers/common, pkg/config/default.go, DefaultCapabilities). */
const podman = [...crio, 'SETFCAP', 'SYS_CHROOT'];

/**
 * What podman is to add to its own and to take from them. Only root ever has what is added: a runtime of a cluster
 * puts it into the bounding set, podman would hand it to any user.
 */
export function capabilityChanges(
  { capabilities = {}, runAsUser = 0 }: SecurityContext,
  runtime: Runtime,
): { readonly cap_add: readonly string[]; readonly cap_drop: readonly string[] } {
  const add = (capabilities.add ?? []).map(named);
  const drop = (capabilities.drop ?? []).map(named);
  if (runAsUser !== 0) return { cap_add: [], cap_drop: drop };
  const usual = byRuntime[runtime];
  if (drop.includes('ALL')) return { cap_add: add, cap_drop: ['ALL'] };
  const wanted = [...usual, ...add].filter((name) => !drop.includes(name));
  // A capability that is asked for is added even where podman has it by default: a containers.conf may say otherwise.
  const isAdded = (name: string) => add.includes(name) || !podman.includes(name);
  return {
    cap_add: [...new Set(wanted)].filter(isAdded),
    cap_drop: [
      ...podman.filter((name) => !wanted.includes(name)),
      ...drop.filter((name) => !podman.includes(name)),
    ],
  };
}

function named(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
