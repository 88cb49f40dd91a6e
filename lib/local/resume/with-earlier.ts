import { own } from '#lib/text';
import { annotations } from '../model/annotations.ts';
import type { WorkspaceBinding } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { NamedPipelineRun, NamedRun } from '../objects/choose-run.ts';
import type { DebugOptions } from './debug-options.ts';
import type { EarlierRun } from './find-earlier.ts';

/** @throws {InvalidRunError} for a TaskRun of which a part is asked for */
export function refuseForTaskRun(
  { metadata }: NamedRun,
  { only, from, fromRun, results = {} }: DebugOptions,
): void {
  if (only === undefined && from === undefined && fromRun === undefined && Object.keys(results).length === 0)
    return;
  throw new InvalidRunError(`${metadata.name} is a TaskRun: it has no tasks to choose among`);
}

/**
 * A run with the params and workspaces of an earlier one, where it has none of its own, and a note of what is done.
 *
 * @throws {InvalidRunError} for what makes no sense
 */
export function withEarlier(
  run: NamedPipelineRun,
  { only, from, fromRun }: DebugOptions,
  earlier: EarlierRun | undefined,
): NamedPipelineRun {
  if (only && from !== undefined) throw new InvalidRunError('--only and --from exclude each other');
  if (fromRun !== undefined && only === undefined && from === undefined) {
    throw new InvalidRunError('an earlier run is named, but every task runs', {
      hint: 'name the task to start from: --from, or the tasks that are to run: --only',
    });
  }
  if (only === undefined && from === undefined) return run;
  const spec = earlier?.run.spec;
  const { params = [], workspaces = [] } = run.spec ?? {};
  return {
    ...run,
    metadata: {
      ...run.metadata,
      annotations: {
        ...run.metadata.annotations,
        ...(earlier && { [annotations.earlier]: earlier.summary.name }),
        ...(only && { [annotations.notRun]: `all but ${only.join(', ')}` }),
      },
    },
    spec: {
      ...run.spec,
      params: [...params, ...others(spec?.params ?? [], params)],
      workspaces: [...workspaces, ...others(earlierWorkspaces(earlier), workspaces)],
    },
  };
}

function others<T extends { readonly name: string }>(more: readonly T[], known: readonly T[]): readonly T[] {
  return more.filter(({ name }) => !known.some((one) => one.name === name));
}

function earlierWorkspaces(earlier: EarlierRun | undefined): readonly WorkspaceBinding[] {
  const kept = earlier?.run.metadata?.annotations?.[annotations.directories];
  const directories = kept === undefined ? {} : (JSON.parse(kept) as Readonly<Record<string, string>>);
  return (earlier?.run.spec?.workspaces ?? []).map((binding) => {
    const path = own(directories, binding.name);
    return path === undefined ? binding : ({ name: binding.name, hostPath: { path } } as WorkspaceBinding);
  });
}
