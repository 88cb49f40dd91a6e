import { isMatrixed, resultRefs, stringsIn } from '#lib/tekton/objects';
import { isList, type Matrix } from '../model/api.ts';
import { fanOut } from '../variables/matrix.ts';
import type { PreparedPipeline, PreparedTask } from './prepared.ts';

/**
 * Where Tekton 1.15 has a bug by which a run fails, or never starts, that passes here: nobody is to find out in a
 * cluster alone.
 */
export function clusterWarnings(
  pipeline: PreparedPipeline,
  { allowsManyClaims }: { readonly allowsManyClaims: boolean },
): readonly string[] {
  return [
    ...pipeline.tasks.flatMap(matrixWarning),
    ...unusedMatrixWarnings(pipeline),
    ...(allowsManyClaims ? [] : sharedClaimWarnings(pipeline)),
  ];
}

/** Tekton counts the runs of a matrix otherwise than it makes them (CountCombinations, FanOut; matrix_types.go). */
function matrixWarning({ name, task }: PreparedTask): readonly string[] {
  const { matrix } = task;
  if (!matrix?.include || !isMatrixed(task) || stringsIn(matrix).some((text) => text.includes('$(')))
    return [];
  const [here, there] = [fanOut(matrix, name).length, countThere(matrix)];
  if (here === there) return [];
  const outcome = there > here ? 'which then fail for want of params' : 'and so does not run them all';
  return [
    `on a cluster the matrix of task ${name} has ${there} runs, and ${here} here: Tekton 1.15 counts those of include wrongly (countNewCombinationsFromInclude, pkg/apis/pipeline/v1/matrix_types.go), ${outcome}`,
  ];
}

function countThere({ params = [], include = [] }: Matrix): number {
  if (params.length === 0) return include.length;
  const values = new Map(params.map(({ name, value }) => [name, isList(value) ? value : []]));
  const ofParams = [...values.values()].reduce((all, list) => all * Math.max(list.length, 1), 1);
  const added = include.map(({ params: own = [] }) => {
    const known = own.filter(({ name }) => values.has(name));
    const isNew = ({ name, value }: (typeof own)[number]) => !values.get(name)?.some((one) => one === value);
    const end = known.findIndex((param) => !isNew(param));
    return end === -1 ? known.length : end;
  });
  return added.reduce((all, one) => all + one, ofParams);
}

/** Only a task that takes it makes the results of a matrix known (findResultValuesForMatrix, resultrefresolution.go). */
function unusedMatrixWarnings({ spec, tasks }: PreparedPipeline): readonly string[] {
  const taken = new Set(tasks.flatMap(({ task }) => resultRefs(task).map((ref) => ref.pipelineTask)));
  return tasks
    .filter(({ name, task }) => isMatrixed(task) && !taken.has(name))
    .filter(({ name }) =>
      stringsIn(spec.results ?? []).some((text) => text.includes(`$(tasks.${name}.results.`)),
    )
    .map(
      ({ name }) =>
        `on a cluster the run ends with CouldntGetPipelineResult: a result of the pipeline is of the matrix of task ${name}, and no task takes it (GetTaskRunsResults, pkg/reconciler/pipelinerun/resources/pipelinerunstate.go of Tekton 1.15)`,
    );
}

/** The affinity assistant is made for one workspace of each claim alone. */
function sharedClaimWarnings({ bindings }: PreparedPipeline): readonly string[] {
  const claims = bindings.flatMap(({ name, persistentVolumeClaim: claim }) =>
    claim ? [{ name, claim: claim.claimName }] : [],
  );
  return [...Map.groupBy(claims, ({ claim }) => claim)]
    .filter(([, of]) => of.length > 1)
    .map(
      ([claim, of]) =>
        `on a cluster with coschedule: workspaces, the default, tasks never start: workspaces ${of.map(({ name }) => name).join(' and ')} are of one claim, ${claim}, and the affinity assistant of Tekton 1.15 serves one of them`,
    );
}
