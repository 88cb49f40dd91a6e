import type { Values } from '#lib/tekton';
import type { BaseImage } from './base-images.ts';
import type { Buildah } from './buildah.ts';
import type { Metadata } from './metadata.ts';
import type { BuildRequest } from './request.ts';
import type { task } from './task.ts';

export interface BuildInput {
  readonly params: Values<typeof task.steps.build.params>;
  readonly buildah: Buildah;
  /** `os/architecture` of the image. */
  readonly platform: string;
  /** Those of the file and of the param together, and the variables of the prefetch. */
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly metadata: Metadata;
  /** See buildContexts. */
  readonly contexts: readonly (readonly [string, string])[];
  readonly mounts: readonly string[];
  readonly image: string;
  readonly context: string;
  readonly containerfile: string;
  /** The file of what is left out of the context, where buildah would not find it. */
  readonly ignoreFile?: string | undefined;
}

/** argv of `buildah build`. No image is put into the Containerfile: they are build contexts of the names there. */
export function buildArguments(input: BuildInput): string[] {
  const { params, buildah } = input;
  const inherits = params.INHERIT_BASE_IMAGE_LABELS || !buildah.has('--inherit-labels');
  const epoch = params.SOURCE_DATE_EPOCH;
  const pairs = (option: string, values: Iterable<readonly [string, string]>) =>
    [...values].flatMap(([name, value]) => [option, `${name}=${value}`]);
  return [
    '--platform',
    input.platform,
    '--format',
    params.BUILDAH_FORMAT,
    '--no-cache',
    // Every image is there: one that is not was not checked.
    '--pull=never',
    '--isolation',
    'chroot',
    // What konflux-build-cli gives: packages are installed by programs that open many files.
    '--ulimit',
    'nofile=4096:4096',
    ...(params.TLSVERIFY ? [] : ['--tls-verify=false']),
    ...pairs('--build-context', input.contexts),
    ...pairs('--build-arg', input.buildArgs),
    ...(epoch === '' || input.buildArgs.has('SOURCE_DATE_EPOCH')
      ? []
      : ['--build-arg', `SOURCE_DATE_EPOCH=${epoch}`]),
    ...params.ENV_VARS.flatMap((value) => ['--env', value]),
    ...pairs('--label', input.metadata.labels),
    ...pairs('--annotation', input.metadata.annotations),
    ...(inherits ? [] : ['--inherit-labels=false']),
    ...(params.ADD_CAPABILITIES === '' ? [] : ['--cap-add', params.ADD_CAPABILITIES]),
    ...(params.PRIVILEGED_NESTED ? nested : []),
    ...(params.TARGET_STAGE === '' ? [] : ['--target', params.TARGET_STAGE]),
    `--skip-unused-stages=${params.SKIP_UNUSED_STAGES}`,
    ...(params.SQUASH ? ['--squash'] : []),
    ...(params.OMIT_HISTORY ? ['--omit-history'] : []),
    ...timeArguments(params, buildah),
    ...input.mounts,
    ...(input.ignoreFile === undefined ? [] : ['--ignorefile', input.ignoreFile]),
    '--file',
    input.containerfile,
    '--tag',
    input.image,
    input.context,
  ];
}

/** What buildah cannot do of this is done when the image is finished (finish-image.ts). */
function timeArguments(
  { SOURCE_DATE_EPOCH: epoch }: Values<typeof task.steps.build.params>,
  buildah: Buildah,
): string[] {
  if (epoch === '') return [];
  return [
    ...(buildah.has('--source-date-epoch') ? ['--source-date-epoch', epoch] : []),
    ...(buildah.has('--identity-label') ? ['--identity-label=false'] : []),
  ];
}

/** What Konflux gives to RUN lines that run containers themselves. */
const nested = ['--security-opt', 'label=disable', '--cap-add', 'all', '--device', '/dev/fuse'];

/**
 * The names by which buildah looks for an image in its build contexts, each with what it finds there: the reference;
 * for FROM the word as it is written, as buildah replaces variables and quotes only after it has looked
 * (imagebuildah/executor.go, `additionalBuildContexts[child.Next.Value]`).
 */
export function buildContexts(
  { containerfile, plan }: Pick<BuildRequest, 'containerfile' | 'plan'>,
  images: readonly Pick<BaseImage, 'reference' | 'name'>[],
): readonly (readonly [string, string])[] {
  return images.flatMap(({ reference, name }) => {
    const written = plan.stages
      .filter(({ isBuilt, base }) => isBuilt && base.kind === 'image' && base.reference === reference)
      .map(({ index }) => containerfile.stages[index]?.[0].text.trim().split(/\s/, 1)[0] ?? reference);
    const names = new Set([reference, `docker://${reference}`, ...written]);
    return [...names].map((one) => [one, `container-image://${name}`] as const);
  });
}
