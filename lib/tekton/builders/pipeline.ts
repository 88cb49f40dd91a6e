import { callSite } from './call-site.ts';
import type {
  EmbeddedTask,
  ErasedFields,
  FinallyScope,
  PipelineDefinition,
  PipelineOptions,
  PipelineScope,
  Runnable,
  TaskNode,
} from './pipeline-types.ts';
import { ref, refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { TaskDefinition } from './task.ts';
import type { Workspaces } from './workspaces.ts';

/** A task whose specification stands in the pipeline itself, in place of a reference to it. */
export function embedded<P extends Schemas, R extends Schemas, W extends Workspaces>(
  task: TaskDefinition<P, R, W>,
): EmbeddedTask<P, R, W> {
  const { name, params, results, workspaces } = task;
  return { name, params, results, workspaces, embedded: task };
}

/**
 * A Tekton Pipeline. Its body adds tasks from top to bottom, so that one can only use what stands above it, and returns
 * the results of the pipeline.
 *
 * @example
 * export const pipeline = definePipeline({
 *   name: 'hello',
 *   version: '0.1.0',
 *   description: 'Greets somebody, and then whoever hears it.',
 *   params: { NAME: Text.describe('Who is greeted.') },
 *   body({ params, run }) {
 *     const greet = run('greet', hello, { params: { NAME: params.NAME } });
 *     return { MESSAGE: greet.results.MESSAGE };
 *   },
 * });
 */
export function definePipeline<P extends Schemas, const W extends Workspaces = Record<never, never>>(
  options: PipelineOptions<P, W>,
): PipelineDefinition<P, W> {
  const file = callSite();
  const tasks: TaskNode[] = [];
  const last: TaskNode[] = [];
  const workspaces = Object.fromEntries(
    Object.keys(options.workspaces ?? {}).map((name) => [
      name,
      { workspace: name, bound: ref(`$(workspaces.${name}.bound)`) },
    ]),
  );
  const outputs = options.body({
    params: refs('params', options.params),
    workspaces: workspaces as PipelineScope<P, W>['workspaces'],
    context: {
      pipelineRun: {
        name: ref('$(context.pipelineRun.name)'),
        namespace: ref('$(context.pipelineRun.namespace)'),
        uid: ref('$(context.pipelineRun.uid)'),
      },
      pipeline: { name: ref('$(context.pipeline.name)') },
    },
    run: (name, target, fields) => added(tasks, taskNode('tasks', name, target, fields)),
    runFinally: (name, target, fields) =>
      added(
        last,
        taskNode('finally', name, target, typeof fields === 'function' ? fields(finallyScope) : fields),
      ),
  });
  const { name, version, description, params } = options;
  return {
    name,
    version,
    description,
    params,
    workspaces: (options.workspaces ?? {}) as W,
    results: {},
    tasks,
    finally: last,
    outputs,
    options,
    file,
  };
}

const finallyScope: FinallyScope = {
  status: (node) => ref(node ? `$(tasks.${node.name}.status)` : '$(tasks.status)'),
  reason: (node) => ref(`$(tasks.${node.name}.reason)`),
};

/** Results of a task in `finally` have a name of their own, which the results of a pipeline alone may use. */
function taskNode(list: 'tasks' | 'finally', name: string, target: Runnable, fields: ErasedFields): TaskNode {
  const isMatrix = fields.matrix !== undefined || fields.include !== undefined;
  return {
    name,
    target,
    fields,
    results: refs(`${list}.${name}.results`, target.results, isMatrix),
    length: ref(`$(tasks.${name}.matrix.length)`),
  };
}

function added<R>(nodes: TaskNode[], node: TaskNode): TaskNode<R> {
  nodes.push(node);
  return node as TaskNode<R>;
}
