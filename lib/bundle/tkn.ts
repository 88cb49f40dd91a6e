import {
  type Content,
  type Descriptor,
  describe,
  digestOf,
  isAlreadyThere,
  type Layer,
  mediaTypeOf,
  type Options,
  type Target,
} from '#lib/oci';
import { goJson, goStructJson } from '#lib/tekton/objects';
import type { TektonObject } from './check-objects.ts';

interface TknOptions extends Options {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly created: string;
}

/** Orders objects by the digests of their files (cli pkg/bundle/builder.go); each object is a file of its own. */
export function inOrderOfTkn(objects: readonly TektonObject[]): readonly TektonObject[] {
  const keyed = objects.map((object) => ({ object, key: digestOf(Buffer.from(goJson(object))) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ object }) => object);
}

/**
 * Pushes as `tkn bundle push` does, with docker's media types and every key where go-containerregistry has it, so that
 * the digest is the one that tkn, on a machine in UTC, would have given it.
 */
export async function pushAsTkn(
  target: Target,
  layers: readonly Layer[],
  { annotations, created, signal }: TknOptions,
): Promise<Descriptor> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      created,
      // Go's zero time.
      history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
      os: '',
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      config: {},
    }),
  );
  const configDescriptor = describe(mediaTypeOf('config', 'docker'), config);
  const mediaType = mediaTypeOf('manifest', 'docker');
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: inGoOrder(configDescriptor),
    layers: layers.map(({ descriptor }) => inGoOrder(descriptor)),
    ...(annotations ? { annotations: sortedByKey(annotations) } : {}),
  };
  const bytes = Buffer.from(goStructJson(manifest));
  const descriptor = describe(mediaType, bytes);
  const put = async (what: Descriptor, content: Content) => {
    if (!(await isAlreadyThere(target, what, { signal }))) await target.push(what, content, { signal });
  };
  for (const layer of layers) await put(layer.descriptor, layer.content);
  await put(configDescriptor, config);
  await put(descriptor, bytes);
  return descriptor;
}

function inGoOrder({ mediaType, size, digest, annotations }: Descriptor): object {
  return { mediaType, size, digest, ...(annotations ? { annotations: sortedByKey(annotations) } : {}) };
}

function sortedByKey(values: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
