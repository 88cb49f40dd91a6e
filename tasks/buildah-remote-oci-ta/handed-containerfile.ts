import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveContainerfile } from '#lib/containerfile';
import type { BaseImage } from './base-images.ts';
import type { Buildah } from './buildah.ts';
import type { BuildRequest } from './request.ts';

/**
 * The Containerfile that buildah gets, as options of `buildah build`: that of the source, or where it has to say more, or
 * to say it for an older buildah, another one in `directory`.
 *
 * @param variables names of build arguments that RUN lines see, whether the Containerfile has them as ARG or not
 */
export async function handedContainerfile(
  { file, containerfile, plan }: Pick<BuildRequest, 'file' | 'containerfile' | 'plan'>,
  given: {
    readonly buildah: Buildah;
    readonly baseImages: readonly BaseImage[];
    readonly variables: readonly string[];
    readonly directory: string;
  },
): Promise<{ readonly file: string; readonly ignore: string | undefined }> {
  const { buildah, baseImages, variables, directory } = given;
  const text = await readFile(file, 'utf8');
  const derived = deriveContainerfile(text, containerfile, plan, {
    buildArgs: variables,
    hereDocuments: !buildah.has('here-documents'),
    cacheMounts: !buildah.has('rw of a cache mount'),
    shellOf: (reference) => baseImages.find((one) => one.reference === reference)?.shell,
  });
  if (derived === text) return { file, ignore: undefined };
  const path = join(directory, 'Containerfile');
  await writeFile(path, derived);
  // buildah looks for them beside the Containerfile, the second of which wins (pkg/parse, ContainerIgnoreFile).
  const ignore = [`${file}.dockerignore`, `${file}.containerignore`].find((one) => existsSync(one));
  return { file: path, ignore };
}
