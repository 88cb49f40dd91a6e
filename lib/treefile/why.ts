import type { Asked, Place, Treefile } from './model.ts';

/** A place that asks for a package, and how the manifest leads there: the innermost include first. */
export interface Reason {
  readonly asked: Asked;
  readonly includes: readonly Place[];
}

/** Why a package is in an image; nothing where no manifest asks for it by that name. */
export function reasonsOf({ packages, manifests }: Treefile, name: string): readonly Reason[] {
  const by = new Map(manifests.map(({ file, by: place }) => [file, place]));
  return (packages.get(name) ?? []).map((asked) => {
    const includes: Place[] = [];
    for (let place = by.get(asked.file); place !== undefined; place = by.get(place.file))
      includes.push(place);
    return { asked, includes };
  });
}
