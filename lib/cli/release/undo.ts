import { explain } from '#lib/errors';
import { createRegistryClient } from '#lib/oci';
import { carryOut, createLimits, nameOf, planUndo } from '#lib/promote';
import { cancellable } from '../options/cancellable.ts';
import { type RegistryChoice, registryOptions } from '../options/registry-options.ts';
import { AT_ONCE } from './plan.ts';
import { stayLines } from './plan-output.ts';
import { readMoves } from './read-files.ts';

export interface UndoOptions extends RegistryChoice {
  readonly allowFewerPlatforms?: boolean;
}

/** Moves the tags of a release back, by the rules of a release; nothing moves unless everything can. */
export async function undoCommandLine(file: string, options: UndoOptions): Promise<void> {
  const moves = await readMoves(file);
  await cancellable(async (signal) => {
    using client = createRegistryClient(registryOptions(options));
    const limits = createLimits(AT_ONCE);
    const mayLosePlatforms = options.allowFewerPlatforms ?? false;
    const plan = await planUndo(client, moves, { limits, signal, mayLosePlatforms });
    try {
      await carryOut(plan, {
        limits,
        signal,
        isUndo: true,
        onMoved: (tag) =>
          process.stdout.write(`${nameOf(tag)} moved from ${tag.now?.digest} to ${tag.root.digest}\n`),
      });
    } catch (error) {
      // A cancelled command says nothing else, and which tags have moved has to be said.
      if (signal.aborted) process.stderr.write(`${explain(error)}\n`);
      throw error;
    }
    const there = plan.tags.filter(({ what }) => what === 'there');
    process.stdout.write(there.map((tag) => `${nameOf(tag)} is ${tag.root.digest} already\n`).join(''));
    process.stdout.write(stayLines(plan.stay));
  });
}
