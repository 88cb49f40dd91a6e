import type * as api from '../objects/api.gen.ts';
import { InvalidDefinitionError } from '../objects/problem.ts';
import { wireArgument, wireArguments } from './arguments.ts';
import { type ManifestOptions, orNothing, paramSpecs, taskSpec } from './manifest.ts';
import type { PipelineDefinition, PipelineResults, Runnable, TaskNode } from './pipeline.ts';
import { isRef } from './ref.ts';
import type { TaskDefinition } from './task.ts';
import { written } from './with-refs.ts';

export interface PipelineManifestOptions extends ManifestOptions {
  /** How a task of this catalog is referred to: by name, or by the digest of its bundle. */
  readonly taskRef?: (task: TaskDefinition) => api.TaskRef;
  readonly pipelineRef?: (pipeline: PipelineDefinition) => api.PipelineRef;
}

export function pipelineManifest(
  pipeline: PipelineDefinition,
  options: PipelineManifestOptions,
): api.Pipeline {
  const { name, version, labels, annotations } = pipeline.options;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name, labels: { 'app.kubernetes.io/version': version, ...labels }, annotations },
    spec: pipelineSpec(pipeline, options),
  };
}

export function pipelineSpec(
  pipeline: PipelineDefinition,
  options: PipelineManifestOptions,
): api.PipelineSpec {
  const { displayName, description, params, workspaces = {} } = pipeline.options;
  const task = (node: TaskNode) => pipelineTask(node, options);
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
  const path = `tasks.${name}`;
  const { displayName, description, when, runAfter, retries, timeout, onError } = fields;
  return {
    name,
    displayName,
    description,
    ...reference(target, options),
    params: orNothing(wireArguments(target.params, fields.params, `${path}.params`)),
    matrix: matrixOf(node, path),
    workspaces: orNothing(
      Object.entries(fields.workspaces ?? {}).map(([task, { workspace, subPath }]) => ({
        name: task,
        workspace,
        subPath: written<string | undefined>(subPath),
      })),
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

function matrixOf({ target, fields }: TaskNode, path: string): api.Matrix | undefined {
  const { matrix, include } = fields;
  if (!matrix && !include) return undefined;
  return {
    params: matrix && orNothing(matrixParams(target, matrix, `${path}.matrix`)),
    include: include?.map(({ name, params }, index) => ({
      name,
      params: wireArguments(target.params, params, `${path}.matrix.include[${index}]`),
    })),
  };
}

function matrixParams(target: Runnable, matrix: object, path: string): api.Param[] {
  return Object.entries(matrix).map(([name, values]) => {
    const schema = target.params[name];
    if (!schema) throw new InvalidDefinitionError(`${path}.${name}`, 'there is no such parameter');
    if (isRef(values)) return { name, value: [values.expression] };
    return {
      name,
      value: (values as unknown[]).map(
        (value, index) => wireArgument(schema, value, `${path}.${name}[${index}]`) as string,
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
