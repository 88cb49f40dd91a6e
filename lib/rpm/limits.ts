const MIB = 1024 * 1024;

/**
 * Limits on what is read of an RPM database, many times what Fedora's images have: a full desktop with TeX Live has 200
 * MiB of database, 9,000 packages, and no header over 8 MiB. No image costs more than this, whatever it says.
 */
export const limits = {
  /** Bytes of the database, and of the log or journal beside it. */
  database: 512 * MIB,
  packages: 100_000,
  /** Bytes of one header; rpm itself takes 256 MiB (lib/header_internal.h, HEADER_DATA_MAX). */
  header: 32 * MIB,
  /** Fields of one header; rpm takes as many (lib/header_internal.h, HEADER_TAGS_MAX). */
  fields: 0xffff,
  /** Bytes of a name, a version, a release, an architecture or the name of a source package. */
  name: 1024,
  /** Bytes of a licence; the kernel's has 5,000. */
  license: 64 * 1024,
  /** Bytes of all texts that are kept of all packages. */
  texts: 32 * MIB,
  /** Milliseconds to read the databases of all platforms of an image, and what each MiB of them adds. */
  time: 8000,
  timePerMib: 100,
  /** Macro files of an image; Fedora's buildroot has 200. */
  macroFiles: 2000,
  /** Bytes of a definition in a macro file: rpm's buffer (rpmio/macro.cc, MACROBUFSIZ). */
  macro: 16_384,
  /** How deep macros stand in each other: rpm's own limit (rpmio/macro.cc, max_macro_depth). */
  macroDepth: 64,
  /** Bytes of a path (limits.h, PATH_MAX). */
  path: 4096,
} as const;
