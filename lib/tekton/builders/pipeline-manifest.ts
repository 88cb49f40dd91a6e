import { own } from '#lib/text';
import type * as api from '../objects/api.gen.ts';
import { within } from '../objects/problem.ts';
import { unknownParam, wireArgument, wireArguments } from './arguments.ts';
import { type ManifestOptions, orNothing, paramSpecs, shownAnnotations, taskSpec } from './manifest.ts';
import type { PipelineDefinition, PipelineResults, Runnable, TaskNode } from './pipeline-types.ts';
import { isRef } from './ref.ts';
import { subjectOf } from './subject.ts';
import type { TaskDefinition } from './task.ts';
import { checkVersion } from './version.ts';
import { written } from './with-refs.ts';

export interface PipelineManifestOptions extends ManifestOptions {
  /** How a task of this catalog is referred to: by name, or by the digest of its bundle. */
  readonly taskRef?: (task: TaskDefinition) => api.TaskRef;
  readonly pipelineRef?: (pipeline: PipelineDefinition) => api.PipelineRef;
}

/** The Pipeline object of a definition, with its tasks by reference. */
export function pipelineManifest(
  pipeline: PipelineDefinition,
  options: PipelineManifestOptions,
): api.Pipeline {
  const { name, version, labels } = pipeline.options;
  return within(subjectOf('pipeline', pipeline), () => ({
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: {
      name,
      labels: { 'app.kubernetes.io/version': version, ...labels },
      annotations: annotationsOf(pipeline, options),
    },
    spec: pipelineSpec(pipeline, options),
  }));
}

/** None where there is nothing to say. */
function annotationsOf(
  { options: { annotations, ...shown } }: PipelineDefinition,
  options: PipelineManifestOptions,
): Readonly<Record<string, string>> | undefined {
  const all = { ...shownAnnotations(shown, options), ...annotations };
  return Object.keys(all).length === 0 ? undefined : all;
}

export function pipelineSpec(
  pipeline: PipelineDefinition,
  options: PipelineManifestOptions,
): api.PipelineSpec {
  const { displayName, version, description, params, workspaces = {} } = pipeline.options;
  checkVersion(version);
  const task = (node: TaskNode) => within(`task ${node.name}`, () => pipelineTask(node, options));
  return {
    displayName,
    description,
    params: paramSpecs(params, options),
    workspaces: orNothing(
      Object.entries(workspaces).map(([name, { description, optional }]) => ({
        name,
        description,
        optional,
      })),
    ),
    tasks: pipeline.tasks.map(task),
    finally: orNothing(pipeline.finally.map(task)),
    results: orNothing(pipelineResults(pipeline.outputs)),
  };
}

function pipelineTask(node: TaskNode, options: PipelineManifestOptions): api.PipelineTask {
  const { name, target, fields } = node;
  const { displayName, description, when, runAfter, retries, timeout, onError } = fields;
  return {
    name,
    displayName,
    description,
    ...reference(target, options),
    params: orNothing(wireArguments(target.params, fields.params ?? {})),
    matrix: matrixOf(node),
    workspaces: orNothing(
      Object.entries(fields.workspaces ?? {}).flatMap(([task, use]) =>
        use === undefined
          ? []
          : [{ name: task, workspace: use.workspace, subPath: written<string | undefined>(use.subPath) }],
      ),
    ),
    when,
    runAfter: runAfter && orNothing(runAfter.map((earlier) => earlier.name)),
    retries,
    timeout,
    onError,
  };
}

function reference(
  target: Runnable,
  options: PipelineManifestOptions,
): Pick<api.PipelineTask, 'taskRef' | 'taskSpec' | 'pipelineRef'> {
  if ('taskRef' in target) return { taskRef: target.taskRef };
  if ('embedded' in target) return { taskSpec: taskSpec(target.embedded, options) };
  // Never an apiVersion: with one, Tekton takes the task for a custom task (tektoncd/pipeline#6457).
  if ('steps' in target) return { taskRef: options.taskRef?.(target) ?? { name: target.name, kind: 'Task' } };
  return { pipelineRef: options.pipelineRef?.(target) ?? { name: target.name } };
}

function matrixOf({ target, fields }: TaskNode): api.Matrix | undefined {
  const { matrix, include } = fields;
  if (!matrix && !include) return undefined;
  return {
    params: matrix && orNothing(within('matrix', () => matrixParams(target, matrix))),
    include: include?.map(({ name, params }, index) => ({
      name,
      params: within(`combination ${name ?? index + 1}`, () => wireArguments(target.params, params)),
    })),
  };
}

function matrixParams({ params }: Runnable, matrix: object): api.Param[] {
  return Object.entries(matrix).map(([name, values]) => {
    const schema = own(params, name);
    if (!schema) throw unknownParam(name, params);
    if (isRef(values)) return { name, value: [values.expression] };
    return {
      name,
      value: (values as unknown[]).map(
        (value, index) =>
          within(`param ${name}, combination ${index + 1}`, () => wireArgument(schema, value)) as string,
      ),
    };
  });
}

function pipelineResults(outputs: PipelineResults): api.PipelineResult[] {
  return Object.entries(outputs).map(([name, output]) => {
    const { value, description } = isRef(output) ? { value: output, description: undefined } : output;
    return { name, type: value.type ?? 'string', description, value: value.expression };
  });
}
