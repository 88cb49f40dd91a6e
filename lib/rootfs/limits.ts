/** What an image may cost, however few bytes it has: what exceeds a limit is told, never taken for empty. */
export interface Limits {
  /** Bytes of one file that is kept in memory. */
  readonly file: number;
  /** Bytes of all files that are kept in memory; to read them takes up to half a second for each MiB. */
  readonly kept: number;
  /** Bytes of all files that are written to temporary files. */
  readonly spooled: number;
  /** Entries of all layers together, with the directories that they imply. */
  readonly entries: number;
  /** Bytes of all names and link targets together. */
  readonly names: number;
  /** Parts of paths that are looked up while layers are laid over each other, and as many again by the checks. */
  readonly parts: number;
}

const MiB = 1024 * 1024;

/**
 * An image of Fedora has some 100,000 files, a large desktop half a million; a million fit in, with names of 40 bytes.
 * A path has some eight parts.
 * Its RPM database has up to some 400 MiB, and the files that are read of it are some hundreds, of a few KiB each.
 */
export const defaultLimits: Limits = {
  file: MiB,
  kept: 16 * MiB,
  spooled: 1024 * MiB,
  entries: 1_500_000,
  names: 64 * MiB,
  parts: 50_000_000,
};

/** PATH_MAX of the kernel without the byte that ends a string: no engine can unpack a longer path. */
export const PATH_MAX = 4095;
/** NAME_MAX of the kernel. */
export const NAME_MAX = 255;
/** Links that the kernel follows for one path (path_resolution(7)). */
export const LINKS_MAX = 40;
/** Bytes of an extended header, as Go's archive/tar reads them (maxSpecialFileSize). */
export const HEADER_MAX = MiB;
/** Bytes of a layer's table of contents as it stands in the blob; engines take up to 150 MiB. */
export const TABLE_MAX = 32 * MiB;
/** Bytes of the same, uncompressed, as engines have it (containers/storage, pkg/chunked, `maxTocSize`). */
export const TABLE_JSON_MAX = 150 * MiB;
/** Bytes of a text in it: a name has up to 4 KiB, an attribute 64, some of it escaped. */
export const TABLE_TEXT_MAX = MiB / 2;
