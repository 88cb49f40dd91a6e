import { mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '#lib/process';
import type { StoredRun } from '#lib/runs';
import { removeDirectory } from '../files/remove-directory.ts';
import { listRuns } from '../history/list-runs.ts';
import type { WorkspaceBinding } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { Reuse } from '../pipelinerun/reuse.ts';
import type { PreparedPipeline } from '../prepare/prepared.ts';
import { asClaim, taskBindings } from '../prepare/task-workspaces.ts';

const VOLUMES = 'volumes';
/** Runs whose volumes stay: enough to go back to, and no more than a disk can bear. */
const KEPT_RUNS = 3;

/** Keeps the claims of a run that failed, so that it can be resumed; those of runs before the last three go. */
export async function keepVolumes(directory: string, claims: string): Promise<void> {
  if ((await readdir(claims).catch((): string[] => [])).length === 0) return;
  const kept = join(directory, VOLUMES);
  // Steps may have written files that are open to all, so that the directory is closed.
  await mkdir(kept, { mode: 0o700 });
  await rename(claims, join(kept, 'claims'));
  const withVolumes: string[] = [];
  for (const run of await listRuns(dirname(directory))) {
    if (
      run.directory !== directory &&
      (await readdir(join(run.directory, VOLUMES)).catch((): string[] => [])).length > 0
    )
      withVolumes.push(run.directory);
  }
  for (const old of withVolumes.slice(KEPT_RUNS - 1)) await removeDirectory(join(old, VOLUMES));
}

/**
 * What was written into a claim must be there for whoever reads it.
 *
 * @throws {InvalidRunError} where a task that runs shares a claim with one that does not, and it was not kept
 */
export async function checkVolumes(
  earlier: StoredRun,
  prepared: PreparedPipeline,
  reuse: Reuse,
): Promise<void> {
  const there = new Set(await readdir(keptClaims(earlier)).catch((): string[] => []));
  const names = claimNames(earlier, prepared);
  for (const [claim, shared] of sharedClaims(prepared, reuse)) {
    const old = names.get(claim) ?? claim;
    if (there.has(old)) continue;
    throw new InvalidRunError(
      `task ${shared.runs} uses the workspace ${shared.workspace}, into which task ${shared.reused} of run ${earlier.summary.name} wrote: its volume was not kept`,
      { hint: `start further up: --from ${shared.reused}` },
    );
  }
}

/** Copies the claims of an earlier run into a new one, under the names that they have now. */
export async function takeVolumes(
  earlier: StoredRun,
  prepared: PreparedPipeline,
  claims: string,
): Promise<void> {
  const kept = keptClaims(earlier);
  const there = new Set(await readdir(kept).catch((): string[] => []));
  for (const [claim, old] of claimNames(earlier, prepared)) {
    if (!there.has(old)) continue;
    await mkdir(claims, { recursive: true });
    await run('cp', ['-a', '--reflink=auto', '--', join(kept, old), join(claims, claim)]);
  }
}

function keptClaims({ summary }: StoredRun): string {
  return join(summary.directory, VOLUMES, 'claims');
}

/** The claims of this run, and what they were called then: a template's has the run's name in it. */
function claimNames(
  earlier: StoredRun,
  { run: now, bindings }: PreparedPipeline,
): ReadonlyMap<string, string> {
  const before = earlier.run;
  const then = new Map((before?.spec?.workspaces ?? []).map((binding) => [binding.name, binding]));
  return new Map(
    bindings.flatMap((binding) => {
      const old = then.get(binding.name);
      const claim = claimOf(binding, now.metadata.name);
      const oldClaim = old && claimOf(old, before?.metadata?.name ?? '');
      return claim === undefined || oldClaim === undefined ? [] : [[claim, oldClaim] as const];
    }),
  );
}

function claimOf(binding: WorkspaceBinding, run: string): string | undefined {
  return asClaim(binding, run).persistentVolumeClaim?.claimName;
}

interface Shared {
  readonly workspace: string;
  readonly runs: string;
  readonly reused: string;
}

function sharedClaims(prepared: PreparedPipeline, reuse: Reuse): ReadonlyMap<string, Shared> {
  const users = prepared.tasks.flatMap((task) =>
    taskBindings(prepared, task, task.task).flatMap(({ name, persistentVolumeClaim }) =>
      persistentVolumeClaim
        ? [{ claim: persistentVolumeClaim.claimName, task: task.name, workspace: name }]
        : [],
    ),
  );
  const shared = new Map<string, Shared>();
  for (const { claim, task, workspace } of users) {
    if (reuse.has(task)) continue;
    const other = users.find((one) => one.claim === claim && reuse.has(one.task));
    if (other) shared.set(claim, { workspace, runs: task, reused: other.task });
  }
  return shared;
}
