import { randomUUID } from 'node:crypto';
import { goList, knownNames, specType } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import {
  isList,
  type ObjectMeta,
  type Param,
  type ParamSpec,
  type ParamValue,
  type PipelineRun,
  type TaskRun,
  type Volume,
  type WorkspaceBinding,
} from '../model/api.ts';
import { timestamp } from '../model/conditions.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { NamedMeta } from '../model/named-meta.ts';
import { randomSuffix } from '../model/names.ts';
import type { Objects } from './objects.ts';

/** What to run, and with what. */
export interface RunChoice {
  /** A PipelineRun or TaskRun among the objects; its params and workspaces are overridden by those below. */
  readonly run?: string;
  readonly pipeline?: string;
  readonly task?: string;
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** A directory of this machine for a workspace, or the empty text for an emptyDir. */
  readonly workspaces?: Readonly<Record<string, string>>;
}

export type NamedPipelineRun = PipelineRun & { readonly kind: 'PipelineRun'; readonly metadata: NamedMeta };
export type NamedTaskRun = TaskRun & { readonly kind: 'TaskRun'; readonly metadata: NamedMeta };
export type NamedRun = NamedPipelineRun | NamedTaskRun;

/**
 * The run that is meant: one of the objects, or a new one of a Pipeline or Task.
 *
 * @throws {InvalidRunError} where none or more than one could be meant, and for a param that is not declared
 */
export function chooseRun(objects: Objects, choice: RunChoice): NamedRun {
  const run =
    choice.pipeline !== undefined || choice.task !== undefined
      ? newRun(objects, choice)
      : givenRun(objects, choice);
  const { params = [], workspaces = [] } = run.spec ?? {};
  const given = choice.params ?? {};
  checkNames(run, objects, Object.keys(given));
  checkWorkspaces(run, objects, Object.keys(choice.workspaces ?? {}));
  const spec = {
    ...run.spec,
    params: [
      ...params.filter(({ name }) => !Object.hasOwn(given, name)),
      ...Object.entries(given).map(([name, value]) => ({ name, value: shaped(name, value, run, objects) })),
    ],
    workspaces: [
      ...workspaces.filter(({ name }) => !Object.hasOwn(choice.workspaces ?? {}, name)),
      ...Object.entries(choice.workspaces ?? {}).map(([name, directory]) => workspace(name, directory)),
    ],
  };
  return { ...run, spec, metadata: named(run.metadata) } as NamedRun;
}

/** A host directory travels as a hostPath, which no YAML for a workspace can say. */
function workspace(
  name: string,
  directory: string,
): WorkspaceBinding & { readonly hostPath?: Volume['hostPath'] } {
  return directory === '' ? { name, emptyDir: {} } : { name, hostPath: { path: directory } };
}

function givenRun(objects: Objects, { run }: RunChoice): PipelineRun | TaskRun {
  const all: readonly (PipelineRun | TaskRun)[] = [...objects.pipelineRuns, ...objects.taskRuns];
  const label = ({ metadata }: PipelineRun | TaskRun) => metadata?.name ?? metadata?.generateName ?? '';
  const found = run === undefined ? all : all.filter((one) => label(one) === run);
  const [first, second] = found;
  const { pipelines, tasks } = objects;
  if (!first && run !== undefined)
    throw new InvalidRunError(`there is no run ${run}`, {
      hint: knownNames(run, all.map(label), 'runs given'),
    });
  if (!first) {
    // What alone could be meant needs no name; Tasks beside a Pipeline are its parts.
    const [pipeline, task] = [onlyOne(pipelines), pipelines.size === 0 ? onlyOne(tasks) : undefined];
    if (pipeline !== undefined || task !== undefined)
      return newRun(objects, {
        ...(pipeline !== undefined && { pipeline }),
        ...(task !== undefined && { task }),
      });
    throw new InvalidRunError('there is no PipelineRun and no TaskRun to run', { hint: runnable(objects) });
  }
  if (second)
    throw new InvalidRunError('there is more than one run', {
      hint: `name one of: ${all.map(label).join(', ')}`,
    });
  return first;
}

function onlyOne(table: ReadonlyMap<string, unknown>): string | undefined {
  return table.size === 1 ? [...table.keys()][0] : undefined;
}

function runnable({ pipelines, tasks }: Objects): string {
  const ways = [
    ...(pipelines.size > 0 ? [`--pipeline ${[...pipelines.keys()].join('|')}`] : []),
    ...(tasks.size > 0 ? [`--task ${[...tasks.keys()].join('|')}`] : []),
  ];
  return ways.length === 0 ? 'give a file with one' : `try: ${ways.join(' or ')}`;
}

function newRun(objects: Objects, { pipeline, task }: RunChoice): PipelineRun | TaskRun {
  if (pipeline !== undefined) {
    known('Pipeline', pipeline, objects.pipelines);
    return {
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { generateName: `${pipeline}-run-` },
      spec: { pipelineRef: { name: pipeline } },
    };
  }
  const name = task ?? '';
  known('Task', name, objects.tasks);
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: `${name}-run-` },
    spec: { taskRef: { name } },
  };
}

function known(kind: string, name: string, table: ReadonlyMap<string, unknown>): void {
  if (table.has(name)) return;
  throw new InvalidRunError(`there is no ${kind} ${name}`, {
    hint: knownNames(name, [...table.keys()], 'given are'),
  });
}

/** Tekton ignores a param that nobody declared; a person who types one has made a mistake. */
function checkNames(run: PipelineRun | TaskRun, objects: Objects, names: readonly string[]): void {
  const specs = declared(run, objects);
  if (!specs) return;
  const unknown = names.filter((name) => !specs.some((spec) => spec.name === name));
  if (unknown.length === 0) return;
  throw new InvalidRunError(`there is no param ${goList(unknown)}`, {
    path: 'spec.params',
    hint: knownNames(
      unknown[0] ?? '',
      specs.map(({ name }) => name),
    ),
  });
}

/** The same for a workspace: where it is optional, a run would go on without it and say nothing. */
function checkWorkspaces(run: PipelineRun | TaskRun, objects: Objects, names: readonly string[]): void {
  const specs = declaredWorkspaces(run, objects);
  const unknown = specs && names.find((name) => !specs.includes(name));
  if (unknown === undefined) return;
  throw new InvalidRunError(`there is no workspace ${printable(unknown)}`, {
    path: 'spec.workspaces',
    hint: knownNames(unknown, specs ?? []),
  });
}

/** Those that are declared, and those that an embedded task uses by naming them; undefined where only a resolver knows. */
function declaredWorkspaces(run: PipelineRun | TaskRun, objects: Objects): readonly string[] | undefined {
  const spec: NonNullable<PipelineRun['spec']> & NonNullable<TaskRun['spec']> = { ...run.spec };
  const body =
    spec.pipelineSpec ??
    spec.taskSpec ??
    objects.pipelines.get(spec.pipelineRef?.name ?? '')?.spec ??
    objects.tasks.get(spec.taskRef?.name ?? '')?.spec;
  if (!body) return undefined;
  const used = JSON.stringify(body).matchAll(/\$\(workspaces\.(?<name>[^.()]+)\./g);
  const names = [
    ...(body.workspaces ?? []).map(({ name }) => name),
    ...[...used].map(({ groups }) => groups?.name),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** What is declared, where it is known without asking a resolver. */
function declared(run: PipelineRun | TaskRun, objects: Objects): readonly ParamSpec[] | undefined {
  const spec: NonNullable<PipelineRun['spec']> & NonNullable<TaskRun['spec']> = { ...run.spec };
  if (spec.pipelineSpec) return spec.pipelineSpec.params ?? [];
  if (spec.taskSpec) return spec.taskSpec.params ?? [];
  if (spec.pipelineRef?.name) return objects.pipelines.get(spec.pipelineRef.name)?.spec?.params ?? [];
  if (spec.taskRef?.name) return objects.tasks.get(spec.taskRef.name)?.spec?.params ?? [];
  return undefined;
}

/** Text for an array: its elements between commas, as tkn takes them; for an object: key:value pairs. */
function shaped(
  name: string,
  value: ParamValue,
  run: PipelineRun | TaskRun,
  objects: Objects,
): Param['value'] {
  const spec = declared(run, objects)?.find((one) => one.name === name);
  const type = spec ? specType(spec) : typeOf(run.spec?.params?.find((one) => one.name === name)?.value);
  if (typeof value !== 'string' || isList(value)) return value;
  if (type === 'array') return value === '' ? [] : value.split(',');
  if (type !== 'object') return value;
  return Object.fromEntries(
    value.split(',').map((pair) => {
      const at = pair.indexOf(':');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

/** The type of a value that is overridden, where nothing declares it that can be read without a resolver. */
function typeOf(value: ParamValue | undefined): 'array' | 'object' | 'string' {
  if (value === undefined || typeof value === 'string') return 'string';
  return isList(value) ? 'array' : 'object';
}

function named(metadata: ObjectMeta = {}): NamedMeta {
  const { generateName } = metadata;
  const name = metadata.name ?? (generateName === undefined ? undefined : `${generateName}${randomSuffix()}`);
  if (name === undefined) throw new InvalidRunError('expected a name', { path: 'metadata.name' });
  return {
    ...metadata,
    name,
    namespace: metadata.namespace ?? 'default',
    uid: randomUUID(),
    creationTimestamp: timestamp(new Date()),
  };
}
