import type { ClusterObject } from '#lib/cluster-api';
import { own, printable, quoted } from '#lib/text';
import type {
  Claim,
  ConfigMap,
  ObjectMeta,
  Pipeline,
  PipelineRun,
  Secret,
  StepAction,
  Task,
  TaskRun,
} from '../model/api.ts';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import type { BuildHost } from './build-hosts.ts';
import { decodeAll } from './checked.ts';
import type { LoadedObject } from './load.ts';

/** What a run can refer to by name, and the runs themselves. */
export interface Objects {
  readonly tasks: ReadonlyMap<string, Task>;
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly stepActions: ReadonlyMap<string, StepAction>;
  /** By name; those of one name in several namespaces are found by `ofNamespace` alone. */
  readonly configMaps: ReadonlyMap<string, ConfigMap>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly claims: ReadonlyMap<string, Claim>;
  readonly serviceAccounts: ReadonlyMap<string, ServiceAccount>;
  /** What a step asks the API of the cluster for, and the Roles that say whether it may. */
  readonly clusterObjects: readonly ClusterObject[];
  /** Names of secrets that every ServiceAccount has beside its own. */
  readonly linkedSecrets?: readonly string[];
  /** What a volume of type serviceAccountToken holds; nothing unless it is given. */
  readonly serviceAccountToken?: Buffer;
  /** What one without an audience holds, where the run has an API: that is for the API. */
  readonly apiToken?: Buffer;
  /** By the platform that builds there; all others are built on this machine. */
  readonly buildHosts?: ReadonlyMap<string, BuildHost>;
  readonly pipelineRuns: readonly PipelineRun[];
  readonly taskRuns: readonly TaskRun[];
}

export interface ServiceAccount {
  readonly metadata?: ObjectMeta | undefined;
  readonly secrets?: readonly { readonly name?: string | undefined }[] | undefined;
  readonly imagePullSecrets?: readonly { readonly name?: string | undefined }[] | undefined;
  readonly automountServiceAccountToken?: boolean | undefined;
}

/** Kinds that mean nothing here but do no harm in a file that also serves a cluster. */
const ignored = new Set(['Namespace', 'PersistentVolume']);

/**
 * Sorts objects by kind and name.
 *
 * @throws {InvalidRunError} for unknown fields, wrong types, no name, or two of one kind by the same name; ConfigMaps and
 * Secrets may have one name in two namespaces
 * @throws {UnsupportedError} for a kind that only a cluster knows
 */
export function sortObjects(loaded: readonly LoadedObject[]): Objects {
  const tables = new Map<string, Map<string, unknown>>();
  const pipelineRuns: PipelineRun[] = [];
  const taskRuns: TaskRun[] = [];
  const clusterObjects: ClusterObject[] = [];
  const known = loaded.filter(({ object, source }) => kindOf(object, source) !== undefined);
  for (const { object, source } of decodeAll(known)) {
    const kind = String(object.kind);
    if (ofTheApi.has(kind)) clusterObjects.push(named(kind, object, source));
    if (onlyOfTheApi.has(kind)) continue;
    if (kind === 'PipelineRun') pipelineRuns.push(object);
    else if (kind === 'TaskRun') taskRuns.push(object);
    else add(tables, kind, object, source);
  }
  const table = <T>(kind: string) => onlyOnes(tables.get(kind)) as ReadonlyMap<string, T>;
  return {
    tasks: table('Task'),
    pipelines: table('Pipeline'),
    stepActions: table('StepAction'),
    configMaps: table('ConfigMap'),
    secrets: table('Secret'),
    claims: table('PersistentVolumeClaim'),
    serviceAccounts: table('ServiceAccount'),
    clusterObjects,
    pipelineRuns,
    taskRuns,
  };
}

/** Tekton's ConfigMap feature-flags among the objects, and what is said over it. */
export function flagsGiven(
  { configMaps }: Pick<Objects, 'configMaps'>,
  over: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...configMaps.get('feature-flags')?.data, ...over };
}

/** Custom resources of Konflux that a release reads. */
const konflux = [
  'Release',
  'ReleasePlan',
  'ReleasePlanAdmission',
  'ReleaseServiceConfig',
  'Snapshot',
  'EnterpriseContractPolicy',
];
const rules = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/** A pod has no other way to these. */
const onlyOfTheApi = new Set([...konflux, ...rules]);
const ofTheApi = new Set([...onlyOfTheApi, 'ConfigMap', 'Secret']);

function versionsOf(
  kinds: readonly string[],
  apiVersion: string,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(kinds.map((kind) => [kind, [apiVersion]]));
}

const known: Readonly<Record<string, readonly string[]>> = {
  Task: ['tekton.dev/v1', 'tekton.dev/v1beta1'],
  Pipeline: ['tekton.dev/v1', 'tekton.dev/v1beta1'],
  StepAction: ['tekton.dev/v1beta1', 'tekton.dev/v1alpha1'],
  PipelineRun: ['tekton.dev/v1', 'tekton.dev/v1beta1'],
  TaskRun: ['tekton.dev/v1', 'tekton.dev/v1beta1'],
  ConfigMap: ['v1'],
  Secret: ['v1'],
  PersistentVolumeClaim: ['v1'],
  ServiceAccount: ['v1'],
  ...versionsOf(konflux, 'appstudio.redhat.com/v1alpha1'),
  ...versionsOf(rules, 'rbac.authorization.k8s.io/v1'),
};

function kindOf(object: Readonly<Record<string, unknown>>, source: string): string | undefined {
  const kind = String(object.kind);
  if (ignored.has(kind)) return undefined;
  const versions = own(known, kind);
  if (versions?.includes(String(object.apiVersion))) return kind;
  if (!versions) {
    throw new UnsupportedError(`${source}: a ${printable(kind)} cannot be used here`, {
      hint: `only a cluster knows it; there are ${Object.keys(known).join(', ')}`,
    });
  }
  throw new InvalidRunError(
    `no kind ${quoted(kind)} is registered for version ${quoted(String(object.apiVersion))}`,
    {
      path: source,
      hint: `write apiVersion: ${versions[0]}`,
    },
  );
}

function named(kind: string, object: object, source: string): ClusterObject {
  const name = (object as { metadata?: ObjectMeta }).metadata?.name;
  if (name === undefined || name === '') {
    throw new InvalidRunError(`a ${kind} needs a name`, { path: `${source}: metadata.name` });
  }
  return object as ClusterObject;
}

/** By name and namespace, until all are there: only ConfigMaps and Secrets may have one name twice. */
function add(tables: Map<string, Map<string, unknown>>, kind: string, object: object, source: string): void {
  const { name, namespace } = named(kind, object, source).metadata;
  const table = tables.get(kind) ?? new Map<string, unknown>();
  tables.set(kind, table);
  const key = ofTheApi.has(kind) ? JSON.stringify([name, namespace]) : JSON.stringify([name]);
  if (table.has(key))
    throw new InvalidRunError(`there are two of ${kind} ${printable(name)}`, { path: source });
  table.set(key, object);
}

/** By name alone, without those that are there more than once. */
function onlyOnes(table: ReadonlyMap<string, unknown> = new Map()): ReadonlyMap<string, unknown> {
  const byName = Map.groupBy(table, ([key]) => (JSON.parse(key) as readonly [string])[0]);
  const ones = [...byName].flatMap(([name, all]) => (all.length === 1 ? [[name, all[0]?.[1]] as const] : []));
  return new Map(ones);
}
