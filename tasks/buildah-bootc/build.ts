import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { canRun, inside, registriesConf, separateBuild } from '#lib/image-build';
import { imagePlatform } from '#lib/konflux';
import { formatPlatform, parseReference } from '#lib/oci';
import { implement } from '#lib/step';
import { buildArguments } from './build-arguments.ts';
import { refuseForOldBuildah } from './old-buildah.ts';
import { BASE, BUILT, STORAGE, VOLUME } from './places.ts';
import { task } from './task.ts';

const TAG = 'localhost/built:latest';

export default implement(task.steps.build, async ({ params, workspaces, log, tool }) => {
  // buildah is asked for here: in the namespaces another program would have to say that it is missing.
  const { stdout: version } = await tool('buildah', ['--version'], { output: () => undefined });
  await mkdir(VOLUME, { recursive: true });
  await mkdir(STORAGE, { recursive: true });
  const platform = imagePlatform(params.PLATFORM);
  const { architecture } = platform;
  if (!(await canRun(architecture, VOLUME))) {
    throw new ExpectedError(
      `cannot build for ${params.PLATFORM}: programs of ${architecture} do not run on this machine`,
      {
        hint: 'build on a machine of that platform, or install qemu-user-static and enable its binfmt handlers',
      },
    );
  }
  const root = await realpath(workspaces.source).catch((cause: unknown) => {
    throw new ExpectedError(`there is no directory ${workspaces.source}`, {
      cause,
      hint: 'bind the workspace "source"',
    });
  });
  const registries = join(VOLUME, 'registries.conf');
  await writeFile(
    registries,
    registriesConf(params.BUILD_ARGS.map((argument) => argument.replace(/^[^=]*=/, ''))),
  );
  await rm(BUILT, { recursive: true, force: true });

  const temporary = `${STORAGE}/tmp`;
  await using build = await separateBuild({ directories: [root, VOLUME, STORAGE], temporary }, { tool, log });
  await build.run('mkdir', '--parents', temporary);
  const context = await inside(build, root, root, params.CONTEXT, 'CONTEXT');
  const containerfile = await inside(build, root, context, params.DOCKERFILE, 'DOCKERFILE');
  // Read in the build, as buildah reads it: only there may the workspace of another user be read. What is no file it tells.
  const { stdout: text } = await build.run(
    'sh',
    '-c',
    'if [ -f "$1" ]; then cat -- "$1"; fi',
    'sh',
    containerfile,
  );
  refuseForOldBuildah(text, params.DOCKERFILE, version);
  const buildah = (...args: readonly string[]) =>
    build.buildah(['--storage-driver', params.STORAGE_DRIVER, ...args], {
      CONTAINERS_REGISTRIES_CONF: registries,
      BUILDAH_ISOLATION: 'chroot',
    });
  let from = '';
  if (params.FROM_IMAGE !== '') {
    from = nameOfBase(params.FROM_IMAGE);
    const { stdout } = await buildah(
      'pull',
      '--quiet',
      '--platform',
      formatPlatform(platform),
      `dir:${BASE}`,
    );
    await buildah('tag', stdout.trim(), from);
  }
  await buildah('build', ...buildArguments({ params, from, image: TAG, context, containerfile }));
  await buildah('push', '--quiet', '--format', params.BUILDAH_FORMAT, TAG, `dir:${BUILT}`);
  // The user of the next step must be able to read it.
  await build.run('chmod', '--recursive', 'u=rwX,go=rX', BUILT);
  return {};
});

/** The name for the annotation org.opencontainers.image.base.name; a digest cannot be a name in buildah's storage. */
function nameOfBase(image: string): string {
  const { registry, repository, tag, digest } = parseReference(image);
  return `${registry}/${repository}:${tag ?? digest?.replace(':', '-') ?? 'latest'}`;
}
