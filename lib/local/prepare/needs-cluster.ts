import type { ProjectedVolumeSource, Step, TaskSpec, Volume, WorkspaceBinding } from '../model/api.ts';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import type { NamedRun } from '../objects/choose-run.ts';

/** A claim of its own that a pod makes is here as empty a directory as an emptyDir. */
const volumesHere = [
  'emptyDir',
  'ephemeral',
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'persistentVolumeClaim',
  'hostPath',
];
const projectionsHere = ['configMap', 'secret', 'downwardAPI', 'serviceAccountToken'];

/** @throws {UnsupportedError} for what a Task asks for and only a cluster has, by its name */
export function refuseInTask(spec: TaskSpec, path: string): void {
  for (const [index, volume] of (spec.volumes ?? []).entries())
    refuseVolume(volume, `${path}.volumes[${index}]`);
  const containers = [
    ...(spec.stepTemplate ? [['stepTemplate', spec.stepTemplate] as const] : []),
    ...(spec.steps ?? []).map((step, index) => [`steps[${index}]`, step] as const),
    ...(spec.sidecars ?? []).map((sidecar, index) => [`sidecars[${index}]`, sidecar] as const),
  ];
  for (const [where, container] of containers) refuseInContainer(container, `${path}.${where}`);
}

/** @throws {UnsupportedError} for what a run asks for itself */
export function refuseInRun({ spec }: NamedRun): void {
  const { managedBy, workspaces = [] } = spec ?? {};
  if (managedBy !== undefined && managedBy !== '' && managedBy !== 'tekton.dev/pipeline')
    throw new UnsupportedError(
      `spec.managedBy: ${managedBy} is no part of Tekton, which would leave it alone`,
    );
  for (const [index, binding] of workspaces.entries()) refuseBinding(binding, `spec.workspaces[${index}]`);
  const template =
    spec && 'taskRunTemplate' in spec
      ? spec.taskRunTemplate?.podTemplate
      : spec && 'podTemplate' in spec
        ? spec.podTemplate
        : undefined;
  for (const [index, volume] of (template?.volumes ?? []).entries())
    refuseVolume(volume, `podTemplate.volumes[${index}]`);
}

function refuseVolume({ name, ...sources }: Volume, path: string): void {
  for (const [kind, source] of Object.entries(sources)) {
    if (source === undefined) continue;
    if (!volumesHere.includes(kind)) throw needsCluster(`${path}: a volume of type ${kind}`);
    if (kind === 'projected') refuseProjections(sources.projected, `${path}.projected`);
  }
}

function refuseBinding({ csi, projected }: WorkspaceBinding, path: string): void {
  if (csi) throw needsCluster(`${path}: a volume of type csi`);
  refuseProjections(projected, `${path}.projected`);
}

function refuseProjections(projected: ProjectedVolumeSource | undefined, path: string): void {
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    const other = Object.entries(source).find(
      ([kind, value]) => value !== undefined && !projectionsHere.includes(kind),
    );
    if (other) throw needsCluster(`${path}.sources[${index}]: a ${other[0]}`);
    const { serviceAccountToken: token } = source;
    if (token && !token.path) {
      throw new InvalidRunError('Required value', {
        path: `${path}.sources[${index}].serviceAccountToken.path`,
      });
    }
  }
}

function refuseInContainer(
  { env = [], volumeDevices }: Pick<Step, 'env' | 'volumeDevices'>,
  path: string,
): void {
  if (volumeDevices && volumeDevices.length > 0) throw needsCluster(`${path}.volumeDevices: a block device`);
  const index = env.findIndex(({ valueFrom }) => valueFrom?.resourceFieldRef !== undefined);
  if (index >= 0) throw needsCluster(`${path}.env[${index}]: a value from a resource field`);
}

function needsCluster(what: string): UnsupportedError {
  return new UnsupportedError(`${what} needs a cluster`);
}
