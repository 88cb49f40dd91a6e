import { ExpectedError } from '#lib/errors';
import {
  type Descriptor,
  type Image,
  type ImageConfig,
  type Layer,
  pushImage,
  pushIndex,
  type ReadableTarget,
  type Target,
} from '#lib/oci';
import { quoted } from '#lib/text';

/** What our layers go on, for one platform. */
export interface Base {
  readonly from: ReadableTarget;
  readonly image: Image;
}

export interface About {
  /** Labels of each image and annotations of each manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Git commit; only the index says it, or every commit would give other images. */
  readonly revision: string;
  /** RFC 3339; that of the base by default, which says how old its packages are. */
  readonly created?: string | undefined;
  /** What the image runs by itself; the steps are named by their tasks. */
  readonly entrypoint?: readonly string[];
}

/** Puts our layers onto a base; the same base and layers give the same bytes. */
export async function assembleImage(
  target: Target,
  { from, image }: Base,
  layers: readonly Layer[],
  { annotations, created, entrypoint }: Omit<About, 'revision'>,
): Promise<Descriptor> {
  const { rootfs, ...config } = image.config;
  requireUser(config, from.name);
  const inherited = image.manifest.layers.map((descriptor, index): Layer => {
    const diffId = rootfs.diff_ids[index];
    if (diffId === undefined) throw new TypeError(`${from.name} has more layers than diff_ids`);
    return { descriptor, diffId, content: () => from.fetch(descriptor) };
  });
  return pushImage(target, {
    config: withAbout(config, layers.length, annotations, created ?? config.created, entrypoint),
    layers: [...inherited, ...layers],
    annotations,
  });
}

/** Tasks say runAsNonRoot, which holds for an image only where it names its user by a number that is not root's. */
function requireUser({ config }: Pick<ImageConfig, 'config'>, name: string): void {
  const user = config?.User ?? '';
  if (/^[1-9]\d*(?::\d+)?$/.test(user)) return;
  throw new ExpectedError(`the steps must not run as root, and the user of ${name} is ${quoted(user)}`, {
    hint: 'the Containerfile ends with USER 65532:0',
  });
}

/** Joins the images of all platforms under one tag. */
export function assembleIndex(
  target: Target,
  manifests: readonly Descriptor[],
  { annotations, revision }: About,
  tag: string,
): Promise<Descriptor> {
  return pushIndex(target, {
    manifests,
    annotations: { ...annotations, 'org.opencontainers.image.revision': revision },
    tags: [tag],
  });
}

function withAbout(
  { config, history = [], ...rest }: Omit<ImageConfig, 'rootfs'>,
  layers: number,
  labels: Readonly<Record<string, string>>,
  created: string | undefined,
  entrypoint: readonly string[] | undefined,
): Omit<ImageConfig, 'rootfs'> {
  const time = created === undefined ? {} : { created };
  return {
    ...rest,
    ...time,
    config: {
      ...config,
      ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
      Cmd: [],
      Labels: { ...config?.Labels, ...labels },
    },
    history: [
      ...history,
      ...Array.from({ length: layers }, () => ({ ...time, created_by: 'scripts/image' })),
    ],
  };
}
