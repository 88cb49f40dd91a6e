import * as z from 'zod';
import type { Rootfs } from '#lib/rootfs';
import { InvalidPackageListError } from '../errors.ts';
import type { Package } from '../spdx.ts';
import { readText } from './read-text.ts';

/** Where the build of the steps leaves its list, below the directory that the image keeps the steps in. */
export function npmListIn(stepDirectory = '/usr/libexec/bootc-catalog'): string {
  return `${stepDirectory.slice(1)}/packages.json`;
}

const NpmList = z.array(z.object({ name: z.string().min(1), version: z.string(), license: z.string() }));

/** What was bundled into the steps, as their build wrote it down. */
export function npmsOf(rootfs: Rootfs, path: string): Package[] {
  const text = readText(rootfs, path);
  if (text === undefined) return [];
  return npmList(text, path).map(({ name, version, license }) => ({
    name,
    version,
    license,
    purl: `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}`,
  }));
}

function npmList(text: string, path: string): z.infer<typeof NpmList> {
  try {
    return NpmList.parse(JSON.parse(text));
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
