import type { TaskSpec } from '../model/api.ts';
import { BackendError } from '../model/errors.ts';
import type { ImageFacts } from '../pod/backend.ts';
import { type ImageSource, mapImage } from '../pod/image-map.ts';
import { refuseRoot, userIdOf } from '../pod/non-root.ts';
import type { Container, Pod } from '../pod/pod.ts';
import type { Engine } from './engine.ts';

/** What is known of the images of a pod. */
export interface PodImages {
  /**
   * Looks at the image of a container, and pulls it where it is not here.
   *
   * @throws {BackendError} for one that cannot be had, or that its container must not run
   */
  readonly inspect: (container: Container, signal: AbortSignal) => Promise<void>;
  /** Empty for an image that nobody has looked at. */
  readonly idOf: (container: Container) => string;
  /** Undefined where it is not known by number. */
  readonly userOf: (container: Container) => number | undefined;
}

/**
 * Looks at all images of a pod but those of steps with `when`: such a step may never run, and its image, which may be
 * large or out of reach, is looked at when it does.
 *
 * @param spec whose steps are those of the pod
 */
export async function inspectImages(
  pod: Pod,
  spec: TaskSpec,
  { backend, imageMap }: Engine,
  signal: AbortSignal,
): Promise<PodImages> {
  const known = new Map<string, ImageFacts>();
  const inspect = async (container: Container, until: AbortSignal) => {
    const { name, image, imagePullPolicy, command } = container;
    const source = mapImage(image, imageMap);
    const facts = await backend.inspectImage(source, imagePullPolicy, until);
    refuseRoot(container, facts.user, source, pod.facts);
    if (!command && !facts.hasCommand) throw withoutCommand(name, image, source);
    known.set(image, facts);
  };
  const runsForCertain = (_: Container, index: number) => (spec.steps?.[index]?.when ?? []).length === 0;
  const certain = [...pod.steps.filter(runsForCertain), ...pod.sidecars];
  await Promise.all(certain.map((container) => inspect(container, signal)));
  return {
    inspect,
    idOf: ({ image }) => known.get(image)?.id ?? '',
    userOf: (container) => {
      const facts = known.get(container.image);
      return facts === undefined ? container.security.runAsUser : userIdOf(container, facts.user);
    },
  };
}

function withoutCommand(name: string, image: string, source: ImageSource): BackendError {
  return new BackendError(`${name} has no command, and its image ${image} has no entrypoint`, {
    ...(source.kind === 'rootfs' && {
      hint: 'what stands for it is a directory: map it to an image that has one',
    }),
  });
}
