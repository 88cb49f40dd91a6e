export { clampTimes } from './clamp-times.ts';
export type { Want } from './contents.ts';
export { InvalidLayerError } from './errors.ts';
export type { EntryType } from './inodes.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { type LayerSource, type ReadRootfsOptions, readRootfs } from './read-rootfs.ts';
export { readTar, type TarEntry } from './read-tar.ts';
export { type FileRead, type FileSpool, Rootfs } from './rootfs.ts';
export { type Entry, Tree, type Unread } from './tree.ts';
