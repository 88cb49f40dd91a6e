import * as z from 'zod';
import { formatNevra, InvalidNevraError, parseNevra } from '#lib/rpm';
import { header, misplaced } from './metadata.ts';

/**
 * rpms.json (productmd.rpms): variant, architecture, source package, package. The packages of an architecture are
 * checked when they are asked for: those of Everything are some 300,000, which a schema takes seconds for.
 */
export const Rpms = z.object({
  header: header('productmd.rpms'),
  payload: z.object({
    compose: z.object({ id: z.string() }).optional(),
    rpms: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
});
export type Rpms = z.output<typeof Rpms>;

/** As formatNevra writes it; anything else is worth a closer look. */
const canonical = /^.+-(?:0|[1-9]\d*):[^-:]+-[^-:]+\.[^-.:]+$/;
const categories: readonly unknown[] = ['binary', 'debug', 'source'];

/**
 * All packages of a compose for one architecture (RPM's name of it) but the source ones, as NEVRA with epoch.
 *
 * @throws {InvalidComposeError} naming the file and the place in it
 */
export function packagesOf(rpms: Rpms, arch: string, file: string): Set<string> {
  const packages = new Set<string>();
  for (const [variant, arches] of Object.entries(rpms.payload.rpms)) {
    const place = ['payload', 'rpms', variant, arch];
    const sources = Object.hasOwn(arches, arch) ? arches[arch] : {};
    for (const [source, binaries] of entriesOf(sources, file, place)) {
      for (const [nevra, rpm] of entriesOf(binaries, file, [...place, source])) {
        const category = (rpm as { category?: unknown } | null)?.category;
        if (!categories.includes(category)) {
          throw misplaced(file, [...place, source, nevra, 'category'], 'is not binary, debug or source');
        }
        if (category !== 'source') packages.add(normalized(nevra, file, [...place, source]));
      }
    }
  }
  return packages;
}

function entriesOf(value: unknown, file: string, place: readonly string[]): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw misplaced(file, place, 'is no object');
}

function normalized(nevra: string, file: string, place: readonly string[]): string {
  if (canonical.test(nevra)) return nevra;
  try {
    return formatNevra(parseNevra(nevra));
  } catch (error) {
    if (error instanceof InvalidNevraError) throw misplaced(file, place, error.message);
    throw error;
  }
}
