export { InvalidLayerError } from './errors.ts';
export { type Entry, type EntryType, type ReadRootfsOptions, Rootfs, readRootfs } from './read-rootfs.ts';
export { readTar, type TarEntry } from './read-tar.ts';
