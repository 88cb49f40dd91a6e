import type { Pipeline, PipelineTask } from '#lib/tekton';
import {
  compareField,
  compareLabels,
  compareLists,
  compareOrder,
  compareParams,
  compareWorkspaces,
  type Found,
} from './compare.ts';
import type { ContractPipeline, ContractPipelineTask } from './contract.ts';

/** Where our pipeline is not as the contract has it. */
export function comparePipeline(theirs: ContractPipeline, ours: Pipeline): readonly Found[] {
  const { params = [], results = [], workspaces = [], tasks = [], finally: last = [] } = ours.spec ?? {};
  return [
    ...compareLabels(theirs.labels, ours.metadata?.labels),
    ...compareParams(theirs.params, params),
    ...compareLists('result', theirs.results, results, (one, own) =>
      compareField('value', one.value, own.value),
    ),
    ...compareWorkspaces(theirs.workspaces, workspaces),
    ...compareOrder('tasks', theirs.tasks, tasks.map(named)),
    ...compareTasks(theirs.tasks, tasks),
    ...compareTasks(theirs.finally, last),
  ];
}

function compareTasks(
  theirs: readonly ContractPipelineTask[],
  ours: readonly PipelineTask[],
): readonly Found[] {
  const pairs = theirs.flatMap((one) => {
    const own = ours.find(({ name }) => name === one.name);
    return own === undefined ? [] : [[one, own] as const];
  });
  return [
    ...compareLists('task', theirs, ours.map(named), () => []),
    ...pairs.flatMap(([one, own]) =>
      compareTask(one, own).map(({ place, what }) => ({ place: `task ${one.name}, ${place}`, what })),
    ),
  ];
}

function compareTask(theirs: ContractPipelineTask, ours: PipelineTask): readonly Found[] {
  const value = (one: { readonly value?: unknown }, own: { readonly value?: unknown }) =>
    compareField('value', one.value, own.value);
  return [
    ...compareField('name', theirs.taskRef.name, nameOf(ours)).map((what) => ({ place: 'taskRef', what })),
    ...compareLists('param', theirs.params ?? [], ours.params ?? [], value),
    ...compareLists('matrix', theirs.matrix?.params ?? [], ours.matrix?.params ?? [], value),
    ...compareLists('workspace', theirs.workspaces ?? [], ours.workspaces ?? [], (one, own) =>
      compareField('workspace', one.workspace, own.workspace),
    ),
    ...compareField('value', theirs.when ?? [], ours.when ?? []).map((what) => ({ place: 'when', what })),
    ...compareField('value', theirs.runAfter ?? [], ours.runAfter ?? []).map((what) => ({
      place: 'runAfter',
      what,
    })),
    ...compareField('value', theirs.retries, ours.retries).map((what) => ({ place: 'retries', what })),
    ...compareField('value', theirs.timeout, ours.timeout).map((what) => ({ place: 'timeout', what })),
    ...(ours.onError === undefined ? [] : [{ place: 'onError', what: 'is ours' }]),
  ];
}

function named({ name = '' }: PipelineTask): { readonly name: string } {
  return { name };
}

function nameOf({ taskRef }: PipelineTask): unknown {
  const param = (wanted: string) => taskRef?.params?.find(({ name }) => name === wanted)?.value;
  const [url, revision, path] = ['url', 'revision', 'pathInRepo'].map(param);
  if (typeof url === 'string' && typeof revision === 'string' && typeof path === 'string')
    return `${url}@${revision} ${path}`;
  return taskRef?.name ?? param('name');
}
