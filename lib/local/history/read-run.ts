import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PipelineRun, TaskRun } from '../api.ts';
import type { RunEvent } from '../events.ts';
import { findRun, type RunSummary } from './list-runs.ts';
import { readEvents } from './read-events.ts';

/** A kept run with all that is known of it. */
export interface StoredRun {
  readonly summary: RunSummary;
  readonly events: readonly RunEvent[];
  /** With its status; undefined until the run has ended. */
  readonly run: PipelineRun | TaskRun | undefined;
  readonly taskRuns: readonly TaskRun[];
  /** Pipelines in the place of tasks. */
  readonly pipelineRuns: readonly PipelineRun[];
}

/**
 * One run, by name; the last one where none is said.
 *
 * @throws {UnknownRunError}
 */
export async function readRun(runs: string, name?: string): Promise<StoredRun> {
  const summary = await findRun(runs, name);
  const { directory } = summary;
  const taskRun = await readObject<TaskRun>(join(directory, 'taskrun.yaml'));
  return {
    summary,
    events: await readEvents(directory),
    run: taskRun ?? (await readObject<PipelineRun>(join(directory, 'pipelinerun.yaml'))),
    taskRuns: taskRun ? [taskRun] : await readObjects<TaskRun>(join(directory, 'taskruns')),
    pipelineRuns: await readObjects<PipelineRun>(join(directory, 'pipelineruns')),
  };
}

async function readObjects<T>(directory: string): Promise<readonly T[]> {
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.yaml')).sort();
  const objects = await Promise.all(files.map(async (file) => readObject<T>(join(directory, file))));
  return objects.filter((object) => object !== undefined);
}

/** What the engine has written itself. */
async function readObject<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return parse(text) as T;
}
