import * as z from 'zod';
import type { Rootfs } from '#lib/rootfs';
import { InvalidPackageListError } from '../errors.ts';
import type { Package } from '../spdx.ts';
import { readText } from './read-text.ts';

/** Where the build of the step image leaves its lists, below the directory that the image keeps the steps in. */
export function stepListsIn(stepDirectory = '/usr/libexec/bootc-catalog') {
  const directory = stepDirectory.slice(1);
  return { npm: `${directory}/packages.json`, go: `${directory}/go-modules.json` };
}

/** The paths of the lists. */
export type StepLists = ReturnType<typeof stepListsIn>;

const NpmList = z.array(z.object({ name: z.string().min(1), version: z.string(), license: z.string() }));
const GoList = z.array(z.object({ name: z.string().min(1), version: z.string() }));

/** What was bundled into the steps, and what the programs were built from that no distribution has. */
export function stepPackagesOf(rootfs: Rootfs, lists: StepLists): Package[] {
  const npms = readList(rootfs, lists.npm, NpmList).map(({ name, version, license }) => ({
    name,
    version,
    license,
    purl: `pkg:npm/${pathOf(name)}@${encodeURIComponent(version)}`,
  }));
  // The name in a `golang` URL is in lower case (package-url/purl-spec, types/golang).
  const modules = readList(rootfs, lists.go, GoList).map(({ name, version }) => ({
    name,
    version,
    purl: `pkg:golang/${pathOf(name.toLowerCase())}@${encodeURIComponent(version)}`,
  }));
  return [...npms, ...modules];
}

function pathOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function readList<List extends z.ZodType<readonly unknown[]>>(
  rootfs: Rootfs,
  path: string,
  schema: List,
): z.output<List> {
  const text = readText(rootfs, path) ?? '[]';
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new InvalidPackageListError(
      `cannot tell what is in the steps: the image's ${path} is no list of packages`,
      {
        cause,
        hint: 'build the step image again: make image',
      },
    );
  }
}
