import type { PipelineRun, TaskRun } from '../model/api.ts';
import type { RunChoice } from './choose-run.ts';
import type { Objects } from './objects.ts';

/**
 * The same objects once for each run that is meant, with no other run beside it: PipelineRuns, then TaskRuns, of each
 * kind in the order of the files. Once as they are where a Pipeline or Task is named, or no run is there to choose.
 */
export function eachRun(objects: Objects, { run, pipeline, task }: RunChoice): readonly Objects[] {
  if (pipeline !== undefined || task !== undefined) return [objects];
  const isMeant = ({ metadata }: PipelineRun | TaskRun) =>
    run === undefined || (metadata?.name ?? metadata?.generateName) === run;
  const alone = [
    ...objects.pipelineRuns.filter(isMeant).map((one) => ({ ...objects, pipelineRuns: [one], taskRuns: [] })),
    ...objects.taskRuns.filter(isMeant).map((one) => ({ ...objects, pipelineRuns: [], taskRuns: [one] })),
  ];
  return alone.length === 0 ? [objects] : alone;
}
