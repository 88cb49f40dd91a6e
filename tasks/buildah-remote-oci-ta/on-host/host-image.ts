import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { HostError } from '../host.ts';
import { SSH } from '../places.ts';

const Image = z.object({ image: z.string().min(1) });
const Root = z.object({
  rootfs: z.string().startsWith('/'),
  mounts: z.array(z.object({ source: z.string().startsWith('/'), path: z.string().startsWith('/') })),
});

/** What the step runs from on a host: an image to pull, or a directory that is there, under a throw-away overlay. */
export type HostImage = z.output<typeof Image> | z.output<typeof Root>;

/**
 * The step image as the Task names it (STEP_IMAGE, by digest once it is published), or what the local engine says that it
 * is on this host.
 *
 * @throws {HostError} where neither is there
 */
export async function readHostImage(
  directory = SSH,
  { STEP_IMAGE }: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HostImage> {
  const text = await readFile(join(directory, 'step-image.json'), 'utf8').catch(() => undefined);
  if (text !== undefined) {
    try {
      return z.union([Image, Root]).parse(JSON.parse(text));
    } catch (cause) {
      throw new HostError("cannot read the key step-image.json of the host's secret", { cause });
    }
  }
  if (STEP_IMAGE !== undefined && STEP_IMAGE !== '') return { image: STEP_IMAGE };
  throw new HostError('cannot start the build on its host: no variable STEP_IMAGE names the step image', {
    hint: 'take the task as it is published',
  });
}
