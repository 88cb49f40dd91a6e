import type { Param, Secret, TaskSpec } from '../model/api.ts';
import type { Objects } from '../objects/objects.ts';

/**
 * The Secret with the host that a TaskRun builds on, as Konflux' multi-platform-controller makes it: for a TaskRun that
 * mounts a Secret `multi-platform-ssh-…` and is given PLATFORM (a default does not count). Here it is this machine.
 *
 * @param spec with everything substituted
 * @returns undefined where it asks for none, or such a Secret is among the objects
 */
export function buildHostOf(
  { volumes = [] }: TaskSpec,
  params: readonly Param[],
  { secrets }: Pick<Objects, 'secrets'>,
): { readonly name: string; readonly platform: string; readonly secret: Secret } | undefined {
  const platform = params.find(({ name }) => name === 'PLATFORM')?.value;
  const name = volumes
    .map(({ secret }) => secret?.secretName ?? '')
    .find((wanted) => wanted.startsWith('multi-platform-ssh-'));
  if (typeof platform !== 'string' || name === undefined || secrets.has(name)) return undefined;
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { host: 'localhost' },
  };
  return { name, platform, secret };
}
