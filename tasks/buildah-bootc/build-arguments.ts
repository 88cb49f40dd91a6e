import { imagePlatform } from '#lib/konflux';
import { formatPlatform } from '#lib/oci';
import type { Values } from '#lib/tekton';
import { withoutUserinfo } from '#lib/text';
import type { task } from './task.ts';

type Params = Values<typeof task.params>;

/** argv of `buildah build`. */
export function buildArguments(options: {
  readonly params: Params;
  /** What takes the place of the first FROM, by its name in buildah's storage; nothing where it stays. */
  readonly from: string;
  readonly image: string;
  readonly context: string;
  readonly containerfile: string;
}): string[] {
  const { params, from, image, context, containerfile } = options;
  const labels = [
    ...params.LABELS,
    ...(params.COMPOSE_ID === '' ? [] : [`redhat.compose-id=${params.COMPOSE_ID}`]),
    ...(params.IMAGE_EXPIRES_AFTER === '' ? [] : [`quay.expires-after=${params.IMAGE_EXPIRES_AFTER}`]),
  ];
  return [
    '--platform',
    formatPlatform(imagePlatform(params.PLATFORM)),
    '--format',
    params.BUILDAH_FORMAT,
    '--no-cache',
    // Images that are there are taken: the replacement of the first FROM could not be pulled.
    '--pull=false',
    // chroot: no container inside the container, so that no further privilege is needed.
    '--isolation',
    'chroot',
    // TLSVERIFY=false holds for every registry that the Containerfile names, as in Konflux' task; otherwise registries.conf says which are not verified.
    ...(params.TLSVERIFY ? [] : ['--tls-verify=false']),
    ...(from === '' ? [] : ['--from', from]),
    ...(params.SOURCE_DATE_EPOCH === '' ? [] : ['--timestamp', params.SOURCE_DATE_EPOCH]),
    ...params.BUILD_ARGS.flatMap((argument) => ['--build-arg', argument]),
    ...labels.flatMap((label) => ['--label', withoutUserinfo(label)]),
    '--file',
    containerfile,
    '--tag',
    image,
    context,
  ];
}
