import * as z from 'zod';
import { header } from './metadata.ts';

/** A path below compose/; since productmd 2.0 it may be a URL elsewhere. */
const Path = z.union([
  z.string(),
  z
    .object({ url: z.string(), local_path: z.string() })
    .transform((location) => (/^[a-z]+:\/\//i.test(location.url) ? location.url : location.local_path)),
]);
const Paths = z.record(z.string(), Path).optional();

/** The parts of composeinfo.json (productmd.composeinfo) that are needed. */
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
        /** By architecture, in RPM's name of it. */
        paths: z.object({ os_tree: Paths, repository: Paths }),
      }),
    ),
  }),
});
export type ComposeInfo = z.output<typeof ComposeInfo>;
