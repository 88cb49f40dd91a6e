import { posix } from 'node:path';
import * as z from 'zod';
import { printable, quoted } from '#lib/text';
import { InvalidPrefetchInputError } from './errors.ts';

/** hermeto's word for no filter (hermeto/core/models/input.py, BINARY_FILTER_ALL). */
const ALL = ':all:';

/** A path in the source: relative, and of no place above it. */
const RelativePath = z
  .string()
  .refine(
    (path) => !path.includes('\0') && !path.startsWith('/') && !path.split('/').includes('..'),
    'is no path below the source',
  )
  .transform((path) => posix.join(path, '.').replace(/(?<=.)\/$/, ''));

const word = z.string().regex(/^[^\r\n\0]*$/, 'has a line break in it');
const DnfOption = z.union([word, z.number(), z.boolean()]);

/** A package of RPMs (hermeto/core/models/input.py, RpmPackageInput); what hermeto does not know it refuses, too. */
const RpmPackage = z.strictObject({
  type: z.literal('rpm'),
  path: RelativePath.default('.'),
  include_summary_in_sbom: z.boolean().optional(),
  options: z
    .strictObject({
      /** By id of a repository: options for its section of the repository file. `main` means nothing, as in hermeto. */
      dnf: z
        .record(z.string(), z.record(z.string().regex(/^[A-Za-z0-9_]+$/, 'is no option of dnf'), DnfOption))
        .nullish(),
      ssl: z.unknown().optional(),
    })
    .nullish(),
  binary: z.strictObject({ arch: z.string().default(ALL) }).nullish(),
});
export type RpmPackage = z.output<typeof RpmPackage>;

const Package = z.looseObject({ type: z.string().min(1) });
const Packages = z.strictObject({ packages: z.array(Package), flags: z.array(z.string()).optional() });

export interface PrefetchInput {
  readonly rpms: readonly RpmPackage[];
  /** Package managers beside rpm, each once. */
  readonly others: readonly string[];
}

/**
 * Reads prefetch-input as Konflux does: JSON of one package, a list of them, or an object with `packages` and `flags`; a
 * bare word is a package manager. A package that stands there twice counts once, as in hermeto.
 *
 * @throws {InvalidPrefetchInputError}
 */
export function parsePrefetchInput(text: string): PrefetchInput {
  const { packages } = parsed(Packages, normalized(text), []);
  const rpms = packages.flatMap((one, index) =>
    one.type === 'rpm' ? [parsed(RpmPackage, one, ['packages', index])] : [],
  );
  const others = packages.map(({ type }) => type).filter((type) => type !== 'rpm');
  return {
    rpms: rpms.filter(({ path }, index) => rpms.findIndex((one) => one.path === path) === index),
    others: [...new Set(others)],
  };
}

/** Architectures that are asked for, in RPM's names; undefined where nothing is left out. */
export function wantedArchitectures({ binary }: RpmPackage): readonly string[] | undefined {
  const spec = binary?.arch ?? ALL;
  const names = spec.split(',').map((name) => name.trim());
  return names.includes(ALL) ? undefined : names.filter((name) => name !== '');
}

function normalized(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    if (/^[a-z][a-z-]*$/.test(trimmed)) return { packages: [{ type: trimmed }] };
    throw refusal(`it is neither JSON nor the name of a package manager: ${quoted(trimmed)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch (cause) {
    throw refusal(`it is not JSON: ${printable((cause as Error).message)}`);
  }
  if (Array.isArray(value)) return { packages: value };
  return typeof value === 'object' && value !== null && 'packages' in value ? value : { packages: [value] };
}

function parsed<S extends z.ZodType>(
  schema: S,
  value: unknown,
  place: readonly (string | number)[],
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...place, ...(issue?.path ?? [])]
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  throw refusal(printable(`${path.replace(/^\./, '')} ${issue?.message ?? ''}`));
}

function refusal(why: string): InvalidPrefetchInputError {
  return new InvalidPrefetchInputError(`cannot read the input of the prefetch: ${why}`, {
    hint: 'write for example [{"type": "rpm", "path": "."}]',
  });
}
