import type { BuildPlan, PlannedStage } from '#lib/containerfile';

/** The images that a build took something from, as `repository[:tag]@digest`. */
export interface UsedImages {
  /**
   * That of each FROM of an image or of scratch, in order; null for scratch and for a stage that is not built. The last
   * is what the built image is based on.
   */
  readonly stages: readonly (string | null)[];
  /** Those that nothing but COPY --from and RUN --mount name. */
  readonly others: readonly string[];
}

/** Tells base, builders and other images of a build apart; `pinned` gives the digest to a name of the Containerfile. */
export function usedImages(
  { stages, target }: Pick<BuildPlan, 'stages' | 'target'>,
  pinned: ReadonlyMap<string, string>,
): UsedImages {
  const imageOf = ({ base, isBuilt }: PlannedStage) =>
    base.kind === 'image' && isBuilt ? (pinned.get(base.reference) ?? null) : null;
  // As mobster: a FROM of another stage has no place of its own, and neither has an archive of the source.
  const named = stages.filter(({ base }) => base.kind !== 'stage' && base.kind !== 'local').map(imageOf);
  const base = imageOf(bottomOf(target, stages));
  const all = named.length > 0 && named.at(-1) === base ? named : [...named, base];
  const taken = stages
    .filter(({ isBuilt }) => isBuilt)
    .flatMap(({ uses }) => uses.map(({ origin }) => origin))
    .flatMap((origin) => (origin.kind === 'image' ? (pinned.get(origin.reference) ?? []) : []));
  return { stages: all, others: [...new Set(taken)].filter((image) => !all.includes(image)) };
}

/** The stage that a stage is built on, through all that are between them. */
function bottomOf(stage: PlannedStage, stages: readonly PlannedStage[]): PlannedStage {
  const below = stage.base.kind === 'stage' ? stages[stage.base.index] : undefined;
  return below === undefined ? stage : bottomOf(below, stages);
}
