import type { Values } from '#lib/tekton';
import type { Buildah } from './buildah.ts';
import { need } from './buildah.ts';
import type { Metadata } from './metadata.ts';
import type { task } from './task.ts';

export interface BuildInput {
  readonly params: Values<typeof task.params>;
  readonly buildah: Buildah;
  /** `os/architecture` of the image. */
  readonly platform: string;
  /** Those of the file and of the param together. */
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly metadata: Metadata;
  /** See buildContexts. */
  readonly contexts: readonly (readonly [string, string])[];
  readonly mounts: readonly string[];
  readonly image: string;
  readonly context: string;
  readonly containerfile: string;
}

/** argv of `buildah build`. Nothing of the Containerfile is changed: its images are build contexts of their names. */
export function buildArguments(input: BuildInput): string[] {
  const { params, buildah } = input;
  if (!params.INHERIT_BASE_IMAGE_LABELS) need(buildah, '--inherit-labels', 'INHERIT_BASE_IMAGE_LABELS=false');
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
    ...(params.INHERIT_BASE_IMAGE_LABELS ? [] : ['--inherit-labels=false']),
    ...(params.ADD_CAPABILITIES === '' ? [] : ['--cap-add', params.ADD_CAPABILITIES]),
    ...(params.TARGET_STAGE === '' ? [] : ['--target', params.TARGET_STAGE]),
    `--skip-unused-stages=${params.SKIP_UNUSED_STAGES}`,
    ...(params.SQUASH ? ['--squash'] : []),
    ...(params.OMIT_HISTORY ? ['--omit-history'] : []),
    ...timeArguments(params, buildah),
    ...input.mounts,
    '--file',
    input.containerfile,
    '--tag',
    input.image,
    input.context,
  ];
}

/** Where buildah has no option for the time, the image gets it when it is finished (finish-image.ts). */
function timeArguments(params: Values<typeof task.params>, buildah: Buildah): string[] {
  const { SOURCE_DATE_EPOCH: epoch, REWRITE_TIMESTAMP } = params;
  if (epoch === '') return [];
  if (REWRITE_TIMESTAMP) need(buildah, '--rewrite-timestamp', 'REWRITE_TIMESTAMP=true');
  return [
    ...(buildah.has('--source-date-epoch') ? ['--source-date-epoch', epoch] : []),
    ...(REWRITE_TIMESTAMP ? ['--rewrite-timestamp'] : []),
  ];
}
