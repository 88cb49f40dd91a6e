import * as z from 'zod';
import { InvalidComposeError } from './errors.ts';
import { parseNevra } from './nevra.ts';

/** productmd's files name their own format; 1.x of each is read. */
const header = (type: string) =>
  z.object({
    type: z.literal(type).optional(),
    version: z.string().regex(/^1\.\d+$/, 'is of a version that is not known; 1.0 to 1.2 are'),
  });

/** composeinfo.json (productmd.composeinfo), what of it is needed. */
export const ComposeInfo = z.object({
  header: header('productmd.composeinfo'),
  payload: z.object({
    compose: z.object({
      id: z.string().min(1),
      date: z.string(),
      type: z.string(),
      respin: z.int(),
      label: z.string().nullish(),
    }),
    release: z.object({ name: z.string(), short: z.string(), version: z.string().min(1) }),
    variants: z.record(
      z.string(),
      z.object({
        uid: z.string(),
        arches: z.array(z.string()),
        paths: z.object({ os_tree: z.record(z.string(), z.string()).optional() }),
      }),
    ),
  }),
});
export type ComposeInfo = z.output<typeof ComposeInfo>;

const Rpm = z.object({ path: z.string(), sigkey: z.string().nullish(), category: z.string() });
/** rpms.json (productmd.rpms): variant, architecture, source package, package. */
export const Rpms = z.object({
  header: header('productmd.rpms'),
  payload: z.object({
    rpms: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.record(z.string(), Rpm)))),
  }),
});
export type Rpms = z.output<typeof Rpms>;

/** @throws {InvalidComposeError} naming the file and the place in it */
export function parseMetadata<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidComposeError(`${file} is not JSON`, {
      cause,
      hint: 'the compose may still be writing it: wait for the end of its createrepo phase',
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new InvalidComposeError(`${file} is not as productmd writes it: ${place}: ${issue?.message ?? ''}`);
}

/** All binary packages of a compose for one architecture (RPM's name of it), as NEVRA with epoch. */
export function packagesOf(rpms: Rpms, arch: string, file: string): Set<string> {
  const packages = new Set<string>();
  for (const [variant, arches] of Object.entries(rpms.payload.rpms)) {
    for (const [source, binaries] of Object.entries(arches[arch] ?? {})) {
      for (const [nevra, { category }] of Object.entries(binaries)) {
        if (category === 'source') continue;
        try {
          parseNevra(nevra);
        } catch (cause) {
          throw new InvalidComposeError(`${file}: payload.rpms.${variant}.${arch}.${source}`, { cause });
        }
        packages.add(nevra);
      }
    }
  }
  return packages;
}
