import * as z from 'zod';

/** Upstream takes the text `true`, in any case, too. */
const Public = z.union([z.boolean(), z.string()]).nullish();

/** Of the data, what says which repositories become public, and with whose token. */
export const PublicData = z.looseObject({
  mapping: z
    .looseObject({
      registrySecret: z.string().nullish(),
      defaults: z.looseObject({ public: Public }).nullish(),
      components: z.array(z.looseObject({ public: Public })).nullish(),
    })
    .nullish(),
});
export type PublicData = z.output<typeof PublicData>;

/** Whether a component's repositories become public: by its own word, else by that of the defaults. */
export function isPublic(
  data: PublicData,
  component: { readonly public?: boolean | string | null | undefined },
): boolean {
  const word = component.public ?? data.mapping?.defaults?.public ?? false;
  return String(word).toLowerCase() === 'true';
}

/** Whether anything becomes public: a component, or whatever comes by the defaults. */
export function makesPublic(data: PublicData): boolean {
  return (
    isPublic(data, {}) || (data.mapping?.components ?? []).some((component) => isPublic(data, component))
  );
}
