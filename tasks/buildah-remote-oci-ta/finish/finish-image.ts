import { collect, type Descriptor, type Options, packLayer, type ReadableTarget, streamOf } from '#lib/oci';
import { timestamp } from '#lib/text';
import { finishLayers, type LayerChoices } from './finish-layers.ts';
import { readDocuments, withDocuments, withLabels, withoutMoment } from './image-documents.ts';

export interface Finish extends LayerChoices {
  /** The time of the image and of what is added; without it that of the build stays. */
  readonly epoch: Date | undefined;
  /** Whether a label of the image stays. */
  readonly keepsLabel: (name: string) => boolean;
  /** Whether the image has one layer, as SQUASH asks for. */
  readonly isSquashed: boolean;
  /** Files in a layer of their own, or in the only one, by path in the image, made of its labels. */
  readonly files: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

/**
 * The image that buildah has built, with what buildah did not do: a target that gives the new manifest, its configuration
 * and layer from memory, and all else from where it is.
 */
export async function finishImage(
  built: ReadableTarget,
  root: Descriptor,
  finish: Finish,
  options: Options = {},
): Promise<ReadableTarget> {
  const { epoch } = finish;
  const { manifest, config } = await readDocuments(built, root, options);
  const labels = Object.entries(config.config?.Labels ?? {}).filter(([name]) => finish.keepsLabel(name));
  const files = Object.entries(finish.files(Object.fromEntries(labels)));
  const packed = await packFiles(files, finish);
  const added = finish.isSquashed ? undefined : packed;
  const placed = manifest.layers.map(({ mediaType, digest, size }, index) => ({
    descriptor: { mediaType, digest, size },
    diffId: config.rootfs.diff_ids[index] ?? digest,
    from: built,
  }));
  const inside =
    packed && finish.isSquashed
      ? { paths: new Set(files.map(([path]) => path)), tar: await collect(streamOf(packed.content)) }
      : undefined;
  const kept = await finishLayers(placed, finish, options, inside);
  const layers = [...kept, ...(added ? [added] : [])];
  const labelled = withLabels(config, Object.fromEntries(labels));
  const { history = [] } = labelled;
  const complete = {
    ...labelled,
    rootfs: {
      ...config.rootfs,
      diff_ids: layers.map(({ diffId }) => diffId),
    },
    ...(added &&
      history.length > 0 && { history: [...history, addedBy(epoch ? timestamp(epoch) : config.created)] }),
  };
  const own = new Map(
    kept.map(({ descriptor, from }) => [descriptor.digest, () => from.fetch(descriptor, options)]),
  );
  if (added) own.set(added.descriptor.digest, () => streamOf(added.content));
  const documents = {
    manifest: { ...manifest, layers: layers.map(({ descriptor }) => ({ ...descriptor })) },
    config: epoch ? withoutMoment(complete, epoch) : complete,
  };
  return withDocuments(built, root, documents, own);
}

async function packFiles(
  files: readonly (readonly [string, string])[],
  { format, epoch, isSquashed }: Finish,
) {
  if (files.length === 0) return undefined;
  const mtime = epoch === undefined ? 0 : Math.floor(epoch.getTime() / 1000);
  return packLayer(
    files.map(([path, content]) => ({ path, content })),
    { format, mtime, compression: isSquashed ? 'none' : 'gzip' },
  );
}

function addedBy(created: string | undefined) {
  return { ...(created !== undefined && { created }), created_by: 'labels of the image' };
}
