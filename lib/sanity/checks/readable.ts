import type { ImageCheck, PlatformCheck } from '../check-definition.ts';

/** A part of an image that nobody understood may be what holds it back. */
export const readable: PlatformCheck & ImageCheck = {
  id: 'readable',
  severity: 'fail',
  description: 'All of the image was read and understood.',
  looksAt:
    'Every member of the index, every layer (against the configuration and its `diff_ids`) and every entry of a layer.',
  why: 'The other checks say nothing of what could not be read; a container engine may well unpack it.',
  mend: 'Build the image with tools that write plain OCI layers (buildah, podman, rpm-ostree), or waive the check with a reason that says what was left out.',
  image: ({ unread }) => unread,
  platform: ({ rootfs, unaccounted }) => [
    ...unaccounted,
    ...rootfs.unread.map(({ where, why }) => `${where}: ${why}`),
  ],
};
