import type { StoredRun } from '#lib/runs';
import { listRuns } from '../history/list-runs.ts';
import { readRun } from '../history/read-run.ts';
import type { PipelineRun } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { NamedPipelineRun } from '../objects/choose-run.ts';
import type { DebugOptions } from './debug-options.ts';

/** An earlier run that has ended, so that all is known of it. */
export interface EarlierRun extends StoredRun {
  readonly run: PipelineRun;
}

/**
 * The run that `fromRun` names, or for `from` the last one of the same pipeline that did not succeed; undefined
 * where neither is asked for.
 *
 * @throws {UnknownRunError}
 * @throws {InvalidRunError} for a run that cannot be taken from: it goes on, or is of another pipeline
 */
export async function findEarlier(
  run: NamedPipelineRun,
  { from, fromRun }: DebugOptions,
  runs: string,
): Promise<EarlierRun | undefined> {
  if (fromRun !== undefined) return checked(await readRun(runs, fromRun), run);
  if (from === undefined) return undefined;
  for (const { name, kind, status } of await listRuns(runs)) {
    if (kind !== 'PipelineRun' || status === 'Succeeded') continue;
    const stored = await readRun(runs, name);
    if (isEnded(stored) && pipelineOf(stored.run) === pipelineOf(run)) return stored;
  }
  throw new InvalidRunError(`cannot start from ${from}: no run of ${pipelineOf(run)} in ${runs} has failed`, {
    hint: 'bootc-catalog runs list shows the runs; --from-run <name> takes one of them',
  });
}

function checked(stored: StoredRun, run: NamedPipelineRun): EarlierRun {
  const { name, status } = stored.summary;
  if (!isEnded(stored)) {
    throw new InvalidRunError(
      `cannot take anything from run ${name}: it is ${status}, and no PipelineRun that has ended`,
    );
  }
  const [then, now] = [pipelineOf(stored.run), pipelineOf(run)];
  if (then === now) return stored;
  throw new InvalidRunError(`cannot take anything from run ${name}: it is of pipeline ${then}, not ${now}`);
}

function isEnded(stored: StoredRun): stored is EarlierRun {
  return stored.run?.kind === 'PipelineRun';
}

/** What stays the same when a pipeline is changed, wherever it comes from; of an embedded one, what its runs are called. */
function pipelineOf({ metadata, spec }: PipelineRun): string {
  const { name, params = [] } = spec?.pipelineRef ?? {};
  const found = name ?? params.find((param) => ['name', 'pathInRepo', 'url'].includes(param.name))?.value;
  return typeof found === 'string' ? found : (metadata?.generateName ?? metadata?.name ?? '');
}
