import * as z from 'zod';

/** Name of the file, in the directory that prefetch-input's `path` names. */
export const RPM_LOCK = 'rpms.lock.yaml';

/** Hexadecimal digits of each algorithm that Python's hashlib, and so hermeto, takes for a checksum. */
const digits: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

const Checksum = z
  .string()
  .toLowerCase()
  .refine(
    (text) => {
      const { algorithm = '', hex = '' } =
        /^(?<algorithm>[a-z0-9]+):(?<hex>[0-9a-f]+)$/.exec(text)?.groups ?? {};
      return Object.hasOwn(digits, algorithm) && hex.length === digits[algorithm];
    },
    `is no checksum; expected algorithm:hex, with ${Object.keys(digits).join(', ')}`,
  );

/** What may stand in the id of a repository (libdnf5, REPOID_CHARS); it becomes the name of a directory and a section. */
const RepoId = z
  .string()
  .regex(
    /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,200}$/,
    'is no id of a repository; letters, digits and "-_.:" are taken',
  );

const Url = z
  .string()
  .refine((text) => /^https?:\/\/[^\s\p{Cc}]+$/u.test(text) && URL.canParse(text), 'is no address, https://…')
  .refine(
    (text) => /^[A-Za-z0-9._+~^%:@=,-]{1,255}$/.test(fileNameOf(text)) && !/^\.{1,2}$/.test(fileNameOf(text)),
    'does not end in the name of a file',
  );

// A field that is null is taken for one that is absent, as hermeto does.
const optional = <S extends z.ZodType>(schema: S) =>
  schema.nullish().transform((value) => (value === null ? undefined : value));

const File = z.object({
  url: Url,
  repoid: optional(RepoId),
  size: optional(z.int().nonnegative()),
  checksum: optional(Checksum),
  name: optional(z.string()),
  evr: optional(z.string()),
  sourcerpm: optional(z.string()),
});

const Architecture = z.object({
  /** Becomes the name of a directory, and `src` stands beside those of the machines. */
  arch: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'is no architecture of RPM, such as x86_64'),
  packages: z.array(File).default([]),
  source: z.array(File).default([]),
  module_metadata: z.array(File.extend({ repoid: RepoId })).default([]),
});

/**
 * rpms.lock.yaml as hermeto reads it (hermeto/core/package_managers/rpm/redhat.py), with the fields that
 * rpm-lockfile-prototype writes beside: `name`, `evr` (no epoch where it is 0) and `sourcerpm`. Fields that neither knows
 * are passed over, as hermeto does.
 */
export const RpmLock = z.object({
  lockfileVersion: z.literal(1, 'is not 1, the one version that there is'),
  lockfileVendor: z.literal('redhat', 'is not redhat, the one vendor that there is'),
  arches: z.array(Architecture),
});
export type RpmLock = z.output<typeof RpmLock>;

/** Files for one architecture, in RPM's name of it. */
export type LockedArchitecture = RpmLock['arches'][number];

/** `checksum` is algorithm:hex in small letters, `size` counts bytes; each is undefined where the lock has none. */
export type LockedFile = LockedArchitecture['packages'][number];

/** Name that hermeto gives to a download: what follows the last slash, escapes (`%5E`) as they are. */
export function fileNameOf(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^.*\//s, '');
}
