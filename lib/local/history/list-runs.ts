import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findEvent, makeLabels, type RunEvent, type RunSummary, readEvents } from '#lib/runs';
import { suggestion } from '#lib/tekton/objects';
import { isInUse } from './leftovers.ts';
import { UnknownRunError } from './unknown-run-error.ts';

/** Every run that is kept, newest first. */
export async function listRuns(runs: string): Promise<readonly RunSummary[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(runs, name));
  const found = await Promise.all(
    directories.map(async (directory) => summarize(directory, await readEvents(directory))),
  );
  return found
    .filter((one) => one !== undefined)
    .sort((a, b) => (a.startedAt === b.startedAt ? 0 : a.startedAt < b.startedAt ? 1 : -1));
}

/**
 * One run, by name; the last one where none is said.
 *
 * @throws {UnknownRunError}
 */
export async function findRun(runs: string, name?: string): Promise<RunSummary> {
  const list = await listRuns(runs);
  const found = name === undefined ? list[0] : list.find((run) => run.name === name);
  if (found) return found;
  const names = list.map((run) => run.name);
  throw new UnknownRunError(runs, name, name === undefined ? undefined : suggestion(name, names));
}

/** Undefined for a directory that no run has made. */
export async function summarize(
  directory: string,
  events: readonly RunEvent[],
): Promise<RunSummary | undefined> {
  const start = findEvent(events, 'run-start');
  const end = findEvent(events, 'run-end');
  const isRunning = !end && (await isInUse(join(directory, 'work')));
  if (!start && !isRunning) return undefined;
  const startedAt = start?.time ?? (await stat(directory)).birthtime.toISOString();
  const last = Date.parse(isRunning ? new Date().toISOString() : (events.at(-1)?.time ?? startedAt));
  const unfinished = isRunning ? 'Running' : 'Interrupted';
  return {
    name: directory.slice(directory.lastIndexOf('/') + 1),
    kind: start?.pipeline === '' ? 'TaskRun' : 'PipelineRun',
    pipeline: start && start.pipeline !== start.run ? start.pipeline : '',
    startedAt,
    seconds: end?.seconds ?? (last - Date.parse(startedAt)) / 1_000,
    status: end?.status ?? unfinished,
    reason: end?.reason ?? unfinished,
    message: end?.message ?? '',
    directory,
    failed: failedIn(events),
  };
}

function failedIn(events: readonly RunEvent[]): readonly string[] {
  const labels = makeLabels(events);
  return events.flatMap((event) =>
    event.type === 'task-end' && event.status === 'Failed' ? [labels.of(event)] : [],
  );
}
