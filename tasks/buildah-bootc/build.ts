import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { implement } from '#lib/step';
import { Digest, ImageRef, ImageUrl } from '#lib/tekton';
import { buildArguments, withPlatform } from './build-arguments.ts';
import { canRun } from './emulation.ts';
import { registriesConf } from './registries.ts';
import { task } from './task.ts';

export default implement(task.steps.build, async ({ params, workspaces, log, tool }) => {
  const architecture = params.PLATFORM.split('/')[1] ?? '';
  if (!(await canRun(architecture))) {
    throw new ExpectedError(
      `cannot build for ${params.PLATFORM}: programs of ${architecture} do not run on this machine`,
      {
        hint: 'build on a machine of that platform, or install qemu-user-static and enable its binfmt handlers',
      },
    );
  }
  const root = workspaces.source ?? '/workspace/source';
  const context = await inside(root, params.CONTEXT, 'CONTEXT');
  const containerfile = await inside(context, params.DOCKERFILE, 'DOCKERFILE');
  const image = params.IMAGE_APPEND_PLATFORM ? withPlatform(params.IMAGE, params.PLATFORM) : params.IMAGE;

  const scratch = await mkdtemp(join(tmpdir(), 'build-'));
  try {
    const registries = join(scratch, 'registries.conf');
    const references = [
      image,
      params.FROM_IMAGE,
      ...params.BUILD_ARGS.map((argument) => argument.replace(/^[^=]*=/, '')),
    ];
    await writeFile(registries, registriesConf(references, { unverified: params.TLSVERIFY ? [] : [image] }));
    const buildah = async (...args: readonly string[]) => {
      await tool('buildah', ['--storage-driver', params.STORAGE_DRIVER, ...args], {
        env: { CONTAINERS_REGISTRIES_CONF: registries, BUILDAH_ISOLATION: 'chroot' },
      });
    };
    await buildah('build', ...buildArguments({ params, image, context, containerfile }));
    log.info(`pushing ${image}`);
    const digestFile = join(scratch, 'digest');
    await buildah(
      'push',
      '--format',
      params.BUILDAH_FORMAT,
      '--digestfile',
      digestFile,
      image,
      `docker://${image}`,
    );
    const digest = Digest.parse((await readFile(digestFile, 'utf8')).trim());
    return {
      IMAGE_URL: ImageUrl.parse(image),
      IMAGE_DIGEST: digest,
      IMAGE_REF: ImageRef.parse(`${image}@${digest}`),
    };
  } finally {
    await rm(scratch, { recursive: true });
  }
});

/** The real path of `path` under `directory`; links that lead out of it are refused. */
async function inside(directory: string, path: string, param: string): Promise<string> {
  const root = await realpath(directory).catch((cause: unknown) => {
    throw new ExpectedError(`there is no directory ${directory}`, {
      cause,
      hint: 'bind the workspace "source"',
    });
  });
  const target = await realpath(join(root, path)).catch((cause: unknown) => {
    throw new ExpectedError(`${param} ${path} is not in the workspace "source"`, { cause });
  });
  const way = relative(root, target);
  if (way.startsWith('..') || isAbsolute(way))
    throw new ExpectedError(`${param} ${path} leads out of the workspace "source"`);
  return target;
}
