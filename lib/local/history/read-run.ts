import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject, readEvents, type StoredRun } from '#lib/runs';
import type { PipelineRun, TaskRun } from '../model/api.ts';
import { commandText, readCommand } from './kept-command.ts';
import { findRun } from './list-runs.ts';

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
    command: commandText(await readCommand(directory)),
  };
}

async function readObjects<T extends PipelineRun | TaskRun>(directory: string): Promise<readonly T[]> {
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.yaml')).sort();
  const objects = await Promise.all(files.map(async (file) => readObject<T>(join(directory, file))));
  return objects.filter((object) => object !== undefined);
}

/** What the engine has written itself; a file that is damaged by now is passed over, as an event is. */
async function readObject<T extends PipelineRun | TaskRun>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const object: unknown = parse(text);
    return isRun(object) ? (object as unknown as T) : undefined;
  } catch {
    return undefined;
  }
}

/** As far as somebody looks into it. */
function isRun(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value) || (value.kind !== 'PipelineRun' && value.kind !== 'TaskRun')) return false;
  const { metadata = {}, spec = {}, status = {} } = value;
  if (!isObject(metadata) || !isObject(spec) || !isObject(status)) return false;
  const lists = [spec.params, spec.workspaces, status.results, status.conditions, status.childReferences];
  const { pipelineSpec = {} } = status;
  if (!isObject(pipelineSpec)) return false;
  return [...lists, pipelineSpec.tasks, pipelineSpec.finally].every(
    (list) => list === undefined || (Array.isArray(list) && list.every(isObject)),
  );
}
