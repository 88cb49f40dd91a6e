import { failIn, InvalidContainerfileError } from './errors.ts';
import type { Containerfile } from './parse-containerfile.ts';
import { type BuildInputs, readHeading } from './scope.ts';
import { type ReadStage, readStage, type Stage, type Use } from './stage.ts';

export interface PlannedStage extends Stage {
  /** Whether it is built: the target asks for it, or unused stages are not left out. */
  readonly isBuilt: boolean;
}

/** An image of a registry that the build has to have before its first instruction. */
export interface RequiredImage {
  /** As the Containerfile names it, variables replaced. */
  readonly reference: string;
  /** What FROM --platform says; undefined where the platform of the build is meant. */
  readonly platform: string | undefined;
  /** Where it is asked for. */
  readonly uses: readonly Pick<Use, 'by' | 'line'>[];
}

export interface BuildPlan {
  /** Up to the target, which is the last of them. */
  readonly stages: readonly PlannedStage[];
  readonly target: PlannedStage;
  /** In the order of the Containerfile, each one once. */
  readonly images: readonly RequiredImage[];
}

/**
 * What a build of the Containerfile does: its stages with all names resolved, and the images that it needs.
 *
 * @throws {InvalidContainerfileError} with the line
 */
export function planBuild(
  containerfile: Containerfile,
  given: BuildInputs & {
    /** The name or number of the stage to build; the last one where it is empty or not given. */
    readonly target?: string;
    /** Whether stages that the target does not need are left out; they are where nothing is said. */
    readonly skipUnusedStages?: boolean;
  },
): BuildPlan {
  const { target = '', skipUnusedStages = true, ...inputs } = given;
  const fail = failIn(containerfile.file);
  const reading = { containerfile, heading: readHeading(containerfile, inputs, fail), inputs, fail };
  const read: ReadStage[] = [];
  for (const instructions of containerfile.stages) read.push(readStage(instructions, read, reading));
  const all = read.map(({ stage }) => stage);
  const last = targetOf(all, target, containerfile.file);
  const needed = neededBy(last, all);
  const stages = all
    .slice(0, last.index + 1)
    .map((stage) => ({ ...stage, isBuilt: !skipUnusedStages || needed.has(stage.index) }));
  const problem = read.find((one, index) => stages[index]?.isBuilt && one.problem !== undefined)?.problem;
  if (problem !== undefined) throw problem;
  return { stages, target: { ...last, isBuilt: true }, images: imagesOf(stages) };
}

function targetOf(stages: readonly Stage[], target: string, file: string): Stage {
  const found =
    target === ''
      ? stages.at(-1)
      : (stages.find(({ name }) => name === target) ?? stages.find(({ index }) => `${index}` === target));
  if (found !== undefined) return found;
  const known = stages.map(({ name, index }) => name ?? `${index}`).join(', ');
  throw new InvalidContainerfileError(`${file} has no stage ${target}`, { hint: `its stages are ${known}` });
}

/** The numbers of the stage and of all that it is made from. */
function neededBy(target: Stage, stages: readonly Stage[]): ReadonlySet<number> {
  const needed = new Set([target.index]);
  // A stage needs earlier ones alone, so that one walk from the last to the first finds all.
  for (const { index, uses } of stages.toReversed()) {
    if (!needed.has(index)) continue;
    for (const { origin } of uses) if (origin.kind === 'stage') needed.add(origin.index);
  }
  return needed;
}

function imagesOf(stages: readonly PlannedStage[]): readonly RequiredImage[] {
  const images = new Map<string, RequiredImage>();
  for (const { platform, uses } of stages.filter(({ isBuilt }) => isBuilt)) {
    for (const { origin, by, line } of uses) {
      if (origin.kind !== 'image') continue;
      const wanted = by === 'FROM' ? platform : undefined;
      const key = JSON.stringify([origin.reference, wanted]);
      const before = images.get(key)?.uses ?? [];
      images.set(key, { reference: origin.reference, platform: wanted, uses: [...before, { by, line }] });
    }
  }
  return [...images.values()];
}
