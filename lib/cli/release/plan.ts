import { createRegistryClient } from '#lib/oci';
import { createLimits, planPromotion, planUndo } from '#lib/promote';
import {
  promotionsOf,
  Release,
  ReleasePlan,
  ReleasePlanAdmission,
  type Resources,
  registryFacts,
  Snapshot,
} from '#lib/release';
import { printable } from '#lib/text';
import { usageError } from '../options/arguments.ts';
import { cancellable } from '../options/cancellable.ts';
import { exitCode } from '../options/exit-codes.ts';
import { type RegistryChoice, registryOptions } from '../options/registry-options.ts';
import { mapRelease } from './map-release.ts';
import { type PlanOutput, planOutput, undoOutput, wouldMove } from './plan-output.ts';
import { readMoves, readResource } from './read-files.ts';

/** Requests under way at each registry at once, as the task push-snapshot has by default. */
export const AT_ONCE = 20;

export interface PlanOptions extends RegistryChoice {
  readonly snapshot?: string;
  readonly releaseplan?: string;
  readonly releaseplanadmission?: string;
  readonly release?: string;
  readonly undo?: string;
  readonly allowFewerPlatforms?: boolean;
  readonly output: PlanOutput;
}

/** Says what a release, or the way back from one, would move; changes nothing anywhere. */
export async function planCommandLine(options: PlanOptions): Promise<void> {
  const { undo, snapshot, releaseplan } = options;
  const given = (['snapshot', 'releaseplan', 'releaseplanadmission', 'release'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (undo !== undefined) {
    if (given.length > 0)
      throw usageError(
        `--undo and --${given[0]} are two different plans`,
        'give the results of a release, or a release that is to be',
      );
    return showUndo(undo, options);
  }
  if (options.allowFewerPlatforms)
    throw usageError(
      '--allow-fewer-platforms is for the way back',
      'a release says it in its data: mapping.allowFewerPlatforms: true',
    );
  if (snapshot === undefined || releaseplan === undefined)
    throw usageError('there is nothing to plan', 'give --snapshot and --releaseplan, or --undo');
  return showRelease(snapshot, releaseplan, options);
}

async function showRelease(snapshotFile: string, planFile: string, options: PlanOptions): Promise<void> {
  const { releaseplanadmission: admissionFile, release: releaseFile, output } = options;
  const snapshot = await readResource(snapshotFile, 'Snapshot', Snapshot);
  const resources: Resources = {
    releasePlan: await readResource(planFile, 'ReleasePlan', ReleasePlan),
    releasePlanAdmission:
      admissionFile === undefined
        ? undefined
        : await readResource(admissionFile, 'ReleasePlanAdmission', ReleasePlanAdmission),
    release: releaseFile === undefined ? undefined : await readResource(releaseFile, 'Release', Release),
  };
  const files = {
    Snapshot: snapshotFile,
    ReleasePlan: planFile,
    ReleasePlanAdmission: admissionFile,
    Release: releaseFile,
  };
  const warn = (text: string) => process.stderr.write(`warning: ${printable(text, 10_000)}\n`);
  await cancellable(async (signal) => {
    using client = createRegistryClient(registryOptions(options));
    const mapped = await mapRelease(snapshot, resources, files, registryFacts(client, signal), warn);
    const promotions = promotionsOf(mapped.snapshot, mapped.data, { copyAttachedArtifacts: false });
    const plan = await planPromotion(client, promotions, { limits: createLimits(AT_ONCE), signal });
    process.stdout.write(planOutput(plan, mapped, output));
    process.exitCode = wouldMove(plan) ? exitCode.wouldMove : exitCode.done;
  });
}

async function showUndo(file: string, options: PlanOptions): Promise<void> {
  const moves = await readMoves(file);
  await cancellable(async (signal) => {
    using client = createRegistryClient(registryOptions(options));
    const plan = await planUndo(client, moves, {
      limits: createLimits(AT_ONCE),
      signal,
      mayLosePlatforms: options.allowFewerPlatforms ?? false,
    });
    process.stdout.write(undoOutput(plan, options.output));
    process.exitCode = wouldMove(plan) ? exitCode.wouldMove : exitCode.done;
  });
}
