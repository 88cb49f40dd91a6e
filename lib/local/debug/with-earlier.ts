import type { WorkspaceBinding } from '../api.ts';
import type { NamedRun } from '../choose-run.ts';
import { InvalidRunError } from '../errors.ts';
import type { StoredRun } from '../history/read-run.ts';
import { annotations } from './annotations.ts';
import type { DebugOptions } from './debug-options.ts';

/**
 * A run with the params and workspaces of an earlier one, where it has none of its own, and a note of what is done.
 *
 * @throws {InvalidRunError} for what makes no sense
 */
export function withEarlier(run: NamedRun, { only, from, earlier }: DebugOptions): NamedRun {
  if (only === undefined && from === undefined) return run;
  if (run.kind !== 'PipelineRun') {
    throw new InvalidRunError(`${run.metadata.name} is a TaskRun: it has no tasks to choose among`);
  }
  if (only && from !== undefined) throw new InvalidRunError('--only and --from exclude each other');
  if (from !== undefined && !earlier) throw new InvalidRunError('there is no run to resume');
  if (earlier && earlier.run?.kind !== 'PipelineRun') {
    const { name, status } = earlier.summary;
    throw new InvalidRunError(
      `cannot take anything from run ${name}: it is ${status}, and no PipelineRun that has ended`,
    );
  }
  const spec = earlier?.run?.spec;
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

function earlierWorkspaces(earlier: StoredRun | undefined): readonly WorkspaceBinding[] {
  const kept = earlier?.run?.metadata?.annotations?.[annotations.directories];
  const directories = kept === undefined ? {} : (JSON.parse(kept) as Readonly<Record<string, string>>);
  return (earlier?.run?.spec?.workspaces ?? []).map((binding) => {
    const path = directories[binding.name];
    return path === undefined ? binding : ({ name: binding.name, hostPath: { path } } as WorkspaceBinding);
  });
}
