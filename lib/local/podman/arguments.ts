import type { SecurityContext } from '../api.ts';
import type { ContainerRequest } from '../backend.ts';
import { BackendError } from '../errors.ts';

/** Arguments after `podman run`, and the environment that podman itself needs to see for them. */
export interface RunArguments {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** These change what podman itself does, so they cannot be handed through its environment. */
const podmansOwn =
  /^(?:PATH|HOME|USER|TMPDIR|LD_.*|XDG_.*|CONTAINER.*|STORAGE_.*|REGISTRY_.*|DBUS_.*|NOTIFY_SOCKET|LISTEN_.*|GO.*|_.*|.*_PROXY|.*_proxy)$/;

/**
 * One container as podman's arguments. Values of variables travel in podman's own environment, because
 * arguments can be read by everybody on the machine; the few that podman itself would heed, in a file.
 *
 * @throws {BackendError} for a value that neither can carry
 */
export function runArguments(
  request: ContainerRequest,
  envFile: string,
): RunArguments & { readonly envLines: string } {
  const env: Record<string, string> = {};
  const envArgs: string[] = [];
  const envLines: string[] = [];
  for (const { name, value } of request.environment) {
    if (!podmansOwn.test(name) && !value.includes('\0')) {
      env[name] = value;
      envArgs.push(`--env=${name}`);
    } else if (/[\n\0]/.test(value)) {
      throw new BackendError(`the variable ${name} cannot have a value of more than one line here`, {
        reason: 'CreateContainerConfigError',
      });
    } else {
      envLines.push(`${name}=${value}`);
    }
  }
  const [entrypoint, ...first] = request.command ?? [];
  return {
    env,
    envLines: envLines.join('\n'),
    args: [
      ...securityArguments(request.security),
      ...request.groups.map((group) => `--group-add=${group}`),
      ...request.mounts.flatMap(({ source, path, readOnly }) => [
        '--volume',
        `${source}:${path}:${readOnly ? 'ro' : 'rw'},rprivate`,
      ]),
      ...envArgs,
      ...(envLines.length > 0 ? [`--env-file=${envFile}`] : []),
      ...(request.workingDir === undefined ? [] : [`--workdir=${request.workingDir}`]),
      // An image without a command of ours keeps its own.
      ...(entrypoint === undefined ? [] : [`--entrypoint=${JSON.stringify([entrypoint])}`]),
      ...(request.image.kind === 'image'
        ? ['--pull=never', request.image.reference]
        : ['--rootfs', `${request.image.path}:O`]),
      ...first,
      ...request.args,
    ],
  };
}

/** What a container may do on a cluster by default and podman does not allow (containerd's default capabilities). */
const usual = ['AUDIT_WRITE', 'MKNOD', 'NET_RAW'];

function securityArguments(security: SecurityContext): readonly string[] {
  const {
    runAsUser,
    runAsGroup,
    capabilities = {},
    privileged,
    readOnlyRootFilesystem,
    seccompProfile,
  } = security;
  const dropped = (capabilities.drop ?? []).map(capability);
  const added = [...(dropped.includes('ALL') ? [] : usual), ...(capabilities.add ?? []).map(capability)];
  return [
    ...(runAsUser === undefined
      ? []
      : [`--user=${runAsUser}${runAsGroup === undefined ? '' : `:${runAsGroup}`}`]),
    ...(privileged
      ? ['--privileged']
      : [...dropped.map((name) => `--cap-drop=${name}`), ...added.map((name) => `--cap-add=${name}`)]),
    ...(security.allowPrivilegeEscalation === false ? ['--security-opt=no-new-privileges'] : []),
    ...(readOnlyRootFilesystem ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(seccompProfile?.type === 'Unconfined' ? ['--security-opt=seccomp=unconfined'] : []),
  ];
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
