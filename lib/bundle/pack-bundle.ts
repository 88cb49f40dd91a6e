import { type Descriptor, type Layer, type Options, pushImage, type Target } from '#lib/oci';
import { checkObjects, type TektonObject } from './check-objects.ts';
import { objectLayer, tknLayer } from './object-layer.ts';
import { inOrderOfTkn, pushAsTkn } from './tkn.ts';

/** `oci` is what every registry takes; `tkn` are docker's media types, laid out as `tkn bundle push` does. */
export type BundleFormat = 'oci' | 'tkn';

export interface PackBundleOptions extends Options {
  readonly format?: BundleFormat;
  /** Annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** 1970-01-01T00:00:00Z by default. */
  readonly created?: Date;
  /** Keeps the layers in the order of the objects, instead of one that is the same for all orders. */
  readonly keepOrder?: boolean;
}

/**
 * Packs objects into a bundle and pushes it by digest, without a tag. The same objects give the same bytes on every
 * machine, in any order.
 *
 * @throws {InvalidBundleError} for what the resolver or a cluster would refuse; nothing is pushed then
 */
export async function packBundle(
  target: Target,
  objects: readonly object[],
  options: PackBundleOptions = {},
): Promise<Descriptor> {
  return packUnchecked(target, checkObjects(objects), options);
}

/** Packs objects that are only to be looked at, without a check whether a cluster would take them. */
export async function packUnchecked(
  target: Target,
  objects: readonly TektonObject[],
  options: PackBundleOptions = {},
): Promise<Descriptor> {
  const { keepOrder = false } = options;
  if (options.format === 'tkn') {
    const sorted = keepOrder ? objects : inOrderOfTkn(objects);
    const layers = await Promise.all(sorted.map(tknLayer));
    return pushAsTkn(target, layers, { ...options, created: time(options.created) });
  }
  const sorted = keepOrder ? objects : [...objects].sort(byKindAndName);
  return pushAsOci(target, await Promise.all(sorted.map(objectLayer)), options);
}

/** Compares bytes, so that no locale has a say. */
function byKindAndName(a: TektonObject, b: TektonObject): number {
  const [left, right] = [a, b].map(({ kind, metadata }) => Buffer.from(`${kind}\0${metadata.name}`));
  return Buffer.compare(left as Buffer, right as Buffer);
}

async function pushAsOci(
  target: Target,
  layers: readonly Layer[],
  { annotations, created, signal }: PackBundleOptions,
): Promise<Descriptor> {
  // The image specification asks for a platform; a bundle runs nowhere, and no reader looks.
  const config = { created: time(created), os: 'linux', architecture: 'amd64' };
  const { platform: _, ...descriptor } = await pushImage(
    target,
    { config, layers, ...(annotations ? { annotations } : {}) },
    { signal },
  );
  return descriptor;
}

function time(created = new Date(0)): string {
  return created.toISOString().replace('.000Z', 'Z');
}
