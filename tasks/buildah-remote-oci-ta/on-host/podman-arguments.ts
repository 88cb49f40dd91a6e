import { unneededCapabilities } from '#lib/image-build';
import { STEP_DIRECTORY } from '#lib/tekton';
import { printable } from '#lib/text';
import { HostError } from '../host.ts';
import type { Params } from '../request.ts';
import type { HostImage } from './host-image.ts';
import { HOME, TEMPORARY } from './host-places.ts';
import { stepArguments } from './step-arguments.ts';

export interface HostRun {
  readonly params: Params;
  readonly image: HostImage;
  /** Directory of ours on the host. */
  readonly directory: string;
  /** Label of what has to be removed there, `name=value`. */
  readonly label: string;
  /** Paths in the container, by the names of directories in ours. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Variables of the step. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * argv of `podman` that runs the build step on a host, as the script of Konflux' task does: with the volumes of the pod,
 * and as root, who is there whoever runs podman.
 *
 * @throws {HostError} for a directory that no option can name
 */
export function podmanArguments({
  params,
  image,
  directory,
  label,
  volumes,
  environment,
}: HostRun): string[] {
  const mounts = 'rootfs' in image ? image.mounts : [];
  if (/[:,]/.test(directory))
    throw new HostError(`podman cannot mount ${printable(directory)}: it has a colon or a comma in it`);
  return [
    'run',
    '--rm',
    '--label',
    label,
    '--user=0',
    '--entrypoint=',
    // Red Hat's hosts mount subscriptions there, and RUN lines would have them.
    '--tmpfs=/run/secrets',
    ...(params.PRIVILEGED_NESTED ? privileged(directory) : unprivileged),
    // The controller's names of hosts with GPUs, such as linux-g6xlarge/amd64.
    ...(params.PLATFORM.startsWith('linux-g')
      ? ['--device=nvidia.com/gpu=all', '--security-opt=label=disable']
      : []),
    ...Object.entries({ ...environment, HOME }).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(volumes).flatMap(([name, path]) => ['--volume', `${directory}/${name}:${path}:Z`]),
    ...mounts.flatMap(({ source, path }) => ['--volume', `${source}:${path}:ro`]),
    ...('rootfs' in image ? ['--rootfs', `${image.rootfs}:O`] : [image.image]),
    `${STEP_DIRECTORY}/buildah-remote-oci-ta/build`,
    ...stepArguments(params),
  ];
}

/** As in the pod, but for SYS_CHROOT: podman's seccomp profile lets only those call chroot who have it. */
const unprivileged = [
  '--cap-add=SETFCAP',
  ...unneededCapabilities.filter((name) => name !== 'SYS_CHROOT').map((name) => `--cap-drop=${name}`),
];

/** bootc wants a file system with labels of SELinux at /var/tmp, and no overlay (coreos/rpm-ostree, discussion 4648). */
function privileged(directory: string): readonly string[] {
  const mount = `type=bind,source=${directory}/${TEMPORARY},target=/var/tmp,relabel=shared`;
  return ['--privileged', `--mount=${mount}`];
}
