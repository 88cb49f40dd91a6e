import { ExpectedError } from '#lib/errors';
import { findInvocation, type Invocation } from '#lib/local/podman';
import { findProgram, run, ToolError } from '#lib/process';
import { type Finding, fail, ok, warn } from './finding.ts';

/** What `podman info` says, as far as it is looked at; older versions leave parts out. */
export interface PodmanInfo {
  readonly host?: {
    readonly cgroupVersion?: string;
    readonly cgroupManager?: string;
    readonly networkBackend?: string;
    readonly ociRuntime?: { readonly name?: string; readonly version?: string };
    readonly security?: { readonly rootless?: boolean };
    readonly idMappings?: { readonly uidmap?: readonly { readonly size?: number }[] | null };
  };
  readonly store?: { readonly graphRoot?: string; readonly graphDriverName?: string };
  readonly version?: { readonly Version?: string };
}

const OLDEST = [4, 3] as const;
const INSTALL = 'install podman 4.3 or later: apt-get install podman, or dnf install podman';
/** Identities that images need beside root's: what useradd gives a user. */
const SUBORDINATE = 65_536;

/** Podman as it says that it is, and whether a container starts by it, which is tried. */
export async function lookAtPodman(): Promise<{ findings: readonly Finding[]; info: PodmanInfo }> {
  if ((await findProgram('podman')) === undefined) {
    return { findings: [fail('podman', 'it is not installed', INSTALL)], info: {} };
  }
  const info = await ask();
  if (typeof info === 'string') {
    return { findings: [fail('podman', `it does not work: ${info}`, 'call podman info by hand')], info: {} };
  }
  return { findings: [...podmanFindings(info), ...(await containers())], info };
}

async function ask(): Promise<PodmanInfo | string> {
  try {
    const { stdout } = await run('podman', ['info', '--format', 'json'], { timeout: 60_000 });
    return JSON.parse(stdout) as PodmanInfo;
  } catch (error) {
    if (error instanceof ToolError || error instanceof SyntaxError) return error.message;
    throw error;
  }
}

export function podmanFindings({ host = {}, store = {}, version }: PodmanInfo): readonly Finding[] {
  const text = version?.Version ?? 'unknown';
  const [major = 0, minor = 0] = text.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  const { cgroupVersion = '', cgroupManager = '', security, ociRuntime, idMappings } = host;
  const isRootless = security?.rootless === true;
  const cgroups = `cgroups ${cgroupVersion} by ${cgroupManager}`;
  const ids = (idMappings?.uidmap ?? []).reduce((sum, { size = 0 }) => sum + size, 0);
  return [
    isOld ? fail('podman', text, INSTALL) : ok('podman', `${text}, ${store.graphDriverName ?? 'no'} storage`),
    ociRuntime?.name === undefined
      ? fail('runtime', 'podman knows none', 'install crun or runc')
      : ok('runtime', (ociRuntime.version ?? ociRuntime.name).split('\n', 1)[0] ?? ''),
    isRootless && cgroupVersion !== 'v2'
      ? warn('cgroups', cgroups, 'boot with systemd.unified_cgroup_hierarchy=1: limits of steps count then')
      : ok('cgroups', cgroups),
    !isRootless
      ? ok('user', 'root')
      : ids < SUBORDINATE
        ? fail(
            'user',
            `rootless with ${ids} identities`,
            'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER, then podman system migrate',
          )
        : ok('user', `rootless with ${ids} identities`),
  ];
}

async function containers(): Promise<readonly Finding[]> {
  try {
    return containerFindings(await findInvocation());
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return [fail('containers', error.message, error.hint ?? 'call podman run by hand')];
  }
}

export function containerFindings({ global, hasResourceLimits, podNetwork }: Invocation): readonly Finding[] {
  const how = global.length > 0 ? `start with ${global.join(' ')}` : 'start';
  return [
    ok('containers', how),
    podNetwork === 'host'
      ? warn(
          'network',
          'a TaskRun has no network of its own',
          'install slirp4netns or passt: sidecars of two TaskRuns meet without',
        )
      : ok('network', `each TaskRun has its own (${podNetwork})`),
    hasResourceLimits
      ? ok('limits', 'memory and processors of a step are limited')
      : warn(
          'limits',
          'what a step asks for is not held to',
          'use cgroups v2, and as a user: systemd with delegated controllers',
        ),
  ];
}
