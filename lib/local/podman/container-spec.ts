import type { SecurityContext } from '../model/api.ts';
import type { ContainerRequest, PodOptions } from '../pod/backend.ts';
import type { Limits } from '../pod/compute-resources.ts';
import type { AssembledRoot } from './assembled-root.ts';
import { capabilityChanges, type Runtime } from './capabilities.ts';
import type { Invocation } from './invocation.ts';
import type { MachineRoot } from './machine-root.ts';

/** What every container of a run has. */
export interface CommonSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly pod: PodOptions;
  readonly invocation: Invocation;
  /** By default containerd. */
  readonly runtime?: Runtime | undefined;
}

/** A container as podman's API takes it (SpecGenerator, pkg/specgen/specgen.go of podman 4 and 5). */
export function containerSpec(
  request: ContainerRequest,
  common: CommonSpec,
): Readonly<Record<string, unknown>> {
  const { image, command, args, environment, workingDir, mounts, security, limits, groups } = request;
  const { pod, invocation } = common;
  const rootMounts =
    image.kind === 'rootfs' ? image.mounts.map((mount) => ({ ...mount, readOnly: true })) : [];
  return {
    name: common.name,
    labels: common.labels,
    hostname: pod.name.slice(0, 63),
    // A container that joins another's network has that one's host aliases.
    ...(!common.network.startsWith('container:') && {
      hostadd: pod.hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((name) => `${name}:${ip}`)),
    }),
    ...(image.kind === 'image' ? { image: image.reference } : { rootfs: image.path, rootfs_overlay: true }),
    ...(command && { entrypoint: command }),
    ...(args.length > 0 && { command: args }),
    env: Object.fromEntries(environment.map(({ name, value }) => [name, value])),
    // As a cluster does, where the image has no such directory.
    ...(workingDir !== undefined && { work_dir: workingDir, create_working_dir: true }),
    mounts: [...rootMounts, ...mounts].map(({ source, path, readOnly }) => ({
      type: 'bind',
      source,
      destination: path,
      options: ['rbind', 'rprivate', readOnly ? 'ro' : 'rw'],
    })),
    ...networkSpec(common.network),
    ...securitySpec(security, image.kind === 'rootfs' ? image.user : '', common.runtime ?? 'containerd'),
    ...(invocation.hasResourceLimits && limitsSpec(limits)),
    ...(groups.length > 0 && { groups: groups.map(String) }),
    log_configuration: { driver: 'none' },
    healthconfig: { Test: ['NONE'] },
    systemd: 'false',
    init: invocation.hasInit,
    ...(invocation.hasSmallLimits && { r_limits: smallLimits }),
  };
}

/** What holds a pod's network namespace while its containers come and go. */
export function pauseSpec(
  { path, mounts }: MachineRoot,
  common: CommonSpec,
): Readonly<Record<string, unknown>> {
  const request: ContainerRequest = {
    name: 'pod',
    image: { kind: 'rootfs', path, mounts: [], user: '' },
    command: ['/bin/sleep'],
    args: ['infinity'],
    environment: [],
    workingDir: undefined,
    mounts: mounts.map((mount) => ({ source: mount, path: mount, readOnly: true })),
    security: {},
    limits: {},
    groups: [],
  };
  return { ...containerSpec(request, common), rootfs_overlay: false };
}

/** A container on this machine's root, where no overlay can be put over all of it. */
export function assembledSpec(
  request: ContainerRequest,
  { path, overlays, files }: AssembledRoot,
  common: CommonSpec,
): Readonly<Record<string, unknown>> {
  const given = request.image.kind === 'rootfs' ? request.image : { mounts: [], user: '' };
  const image = { kind: 'rootfs', path, mounts: given.mounts, user: given.user } as const;
  // podman would make the directory read-only that all of it is put into.
  const isReadOnly = request.security.readOnlyRootFilesystem === true;
  const asIs = [...(isReadOnly ? overlays : []), ...files];
  const own = asIs.map((one) => ({ source: one, path: one, readOnly: true }));
  return {
    ...containerSpec({ ...request, image, mounts: [...own, ...request.mounts] }, common),
    overlay_volumes: isReadOnly ? [] : overlays.map((one) => ({ source: one, destination: one })),
  };
}

/** In microseconds: so much time of a core in so much time, as the kubelet has it. */
const CPU_PERIOD = 100_000;

function limitsSpec({ memory, cpu }: Limits): Readonly<Record<string, unknown>> {
  return {
    resource_limits: {
      ...(memory !== undefined && { memory: { limit: memory } }),
      ...(cpu !== undefined && { cpu: { quota: Math.round(cpu * CPU_PERIOD), period: CPU_PERIOD } }),
    },
  };
}

/** For machines where podman's own limits cannot be set. */
const smallLimits = [
  { type: 'nofile', soft: 4_096, hard: 20_000 },
  { type: 'nproc', soft: 4_096, hard: 4_096 },
];

function networkSpec(network: string): Readonly<Record<string, unknown>> {
  const [mode = '', value = ''] = network.split(/:(.*)/);
  if (['host', 'none', 'private', 'slirp4netns', 'pasta'].includes(mode)) return { netns: { nsmode: mode } };
  if (mode === 'container' || mode === 'ns') {
    return { netns: { nsmode: mode === 'ns' ? 'path' : mode, value } };
  }
  return { netns: { nsmode: 'bridge' }, ...(mode !== 'bridge' && { Networks: { [network]: {} } }) };
}

function securitySpec(
  security: SecurityContext,
  ofImage: string,
  runtime: Runtime,
): Readonly<Record<string, unknown>> {
  const { runAsUser, runAsGroup, privileged, readOnlyRootFilesystem, seccompProfile } = security;
  return {
    // The user's own files are mounted: they keep their labels.
    selinux_opts: ['disable'],
    ...(runAsUser === undefined
      ? ofImage !== '' && { user: ofImage }
      : { user: `${runAsUser}${runAsGroup === undefined ? '' : `:${runAsGroup}`}` }),
    ...(privileged ? { privileged: true } : capabilityChanges(security, runtime)),
    ...(security.allowPrivilegeEscalation === false && { no_new_privileges: true }),
    // Podman's own idea is a tmpfs in /run, /tmp and /var/tmp; a cluster gives none.
    ...(readOnlyRootFilesystem && { read_only_filesystem: true, read_write_tmpfs: false }),
    // Without a profile there is none: the kubelet's default, unless it was set up with seccompDefault.
    ...((seccompProfile?.type ?? 'Unconfined') === 'Unconfined' && { seccomp_profile_path: 'unconfined' }),
  };
}
