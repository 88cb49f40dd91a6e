import * as z from 'zod';
import { parseReference } from '#lib/oci';
import type { Promotion } from '#lib/promote';
import { InvalidReleaseError } from './errors.ts';
import { Companions, type MappedComponent, type MappedSnapshot } from './mapped-snapshot.ts';

const Choices = z.looseObject({
  pushSourceContainer: z.boolean().nullish(),
  companions: Companions.nullish(),
  copyAttachedArtifacts: z.boolean().nullish(),
  allowFewerPlatforms: z.boolean().nullish(),
});

/** The merged data as far as a push reads it: what holds for components that do not say otherwise. */
export const PushData = z.looseObject({
  mapping: z
    .looseObject({ defaults: Choices.nullish(), allowFewerPlatforms: z.boolean().nullish() })
    .nullish(),
});
export type PushData = z.output<typeof PushData>;

export interface PromotionChoices {
  /** Whether what refers to an image goes with it, also where the data does not say so. */
  readonly copyAttachedArtifacts: boolean;
}

/**
 * What a mapped snapshot asks for.
 *
 * @throws {InvalidReleaseError} for two components of one name
 */
export function promotionsOf(
  { components }: MappedSnapshot,
  data: PushData,
  { copyAttachedArtifacts }: PromotionChoices,
): readonly Promotion[] {
  const names = components.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidReleaseError(`the Snapshot has two components ${twice}`);
  const { mapping } = data;
  const defaults = mapping?.defaults ?? {};
  return components.map((component) => ({
    component: component.name,
    source: imageOf(component),
    targets: component.repositories.map(({ url, tags }) => ({ repository: parseReference(url), tags })),
    companions: component.companions ?? defaults.companions ?? 'all',
    sourceContainer: sourceContainer(component.pushSourceContainer ?? defaults.pushSourceContainer),
    referrers:
      copyAttachedArtifacts || (component.copyAttachedArtifacts ?? defaults.copyAttachedArtifacts ?? false),
    mayLosePlatforms:
      component.allowFewerPlatforms ?? defaults.allowFewerPlatforms ?? mapping?.allowFewerPlatforms ?? false,
  }));
}

function imageOf({ name, containerImage }: MappedComponent): Promotion['source'] {
  const reference = parseReference(containerImage);
  const { digest } = reference;
  if (digest === undefined)
    throw new InvalidReleaseError(`component ${name} has no digest: ${containerImage}`);
  return { ...reference, digest };
}

/** True: it must be there; false: nobody looks; not said: it is copied when it is there. */
function sourceContainer(push: boolean | null | undefined): Promotion['sourceContainer'] {
  return push === true ? 'required' : push === false ? 'no' : 'if there';
}
