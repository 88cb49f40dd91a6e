import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findContainerfile, parseContainerfile, planBuild } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import { canRun, createDirectoryImage, registriesConf, separateBuild, withPlatform } from '#lib/image-build';
import { atLevel, imagePlatform, imageValues, readTrustedCa } from '#lib/konflux';
import {
  copy,
  formatPlatform,
  identifierOf,
  parseReference,
  parseTag,
  registryClientFor,
  rpmArchitecture,
} from '#lib/oci';
import { implement } from '#lib/step';
import { lastOf, once, readAssignments } from './assignments.ts';
import { pullBaseImages } from './base-images.ts';
import { buildArguments } from './build-arguments.ts';
import { findBuildah, need, UnsupportedBuildError } from './buildah.ts';
import { finishImage } from './finish-image.ts';
import { readHost } from './host.ts';
import { leaveImage } from './left-image.ts';
import { metadataOf } from './metadata.ts';
import { mountArguments } from './mounts.ts';
import { ADDITIONAL_SECRET, ENTITLEMENT, PROXY_CA, SOURCE, SSH, STORAGE, WORKDIR } from './places.ts';
import { refuseUnsupported } from './refuse-unsupported.ts';
import { refuseClusterSigning } from './signing.ts';
import { task } from './task.ts';
import { withoutEffect } from './without-effect.ts';

const TAG = 'localhost/built:latest';
/** No other step looks in here; the build does. */
const WORK = `${WORKDIR}/build`;
const BUILT = `${WORK}/built`;

export default implement(task.steps.build, async ({ params, signal, tool, ...context }) => {
  const log = atLevel(context.log, params.LOG_LEVEL);
  const host = await readHost(SSH);
  if (host.kind === 'ssh') {
    throw new UnsupportedBuildError(
      `cannot build for ${params.PLATFORM}: hosts behind ssh are not supported yet`,
      {
        hint: 'build in the pod: a platform whose host is localhost, such as linux/x86_64',
      },
    );
  }
  await refuseUnsupported(params);
  await refuseClusterSigning(signal);
  for (const line of withoutEffect(params)) log.warn(line);
  const image = params.IMAGE_APPEND_PLATFORM ? withPlatform(params.IMAGE, params.PLATFORM) : params.IMAGE;
  const reference = parseReference(image);
  const platform = imagePlatform(params.PLATFORM);
  const buildArgs = new Map([
    ...(await readAssignments(SOURCE, params.BUILD_ARGS_FILE, 'BUILD_ARGS_FILE')),
    ...once(params.BUILD_ARGS, 'BUILD_ARGS'),
  ]);
  const annotations = new Map([
    ...(await readAssignments(SOURCE, params.ANNOTATIONS_FILE, 'ANNOTATIONS_FILE')),
    ...lastOf(params.ANNOTATIONS),
  ]);
  const found = await findContainerfile({
    source: SOURCE,
    context: params.CONTEXT,
    file: params.DOCKERFILE,
  });
  const containerfile = parseContainerfile(await readFile(found.containerfile, 'utf8'), {
    file: params.DOCKERFILE,
  });
  const plan = planBuild(containerfile, {
    buildArgs,
    platform,
    target: params.TARGET_STAGE,
    skipUnusedStages: params.SKIP_UNUSED_STAGES,
  });
  const buildah = await findBuildah(tool);
  if (containerfile.stages.flat().some(({ hereDocuments }) => hereDocuments.length > 0))
    need(buildah, 'here-documents', params.DOCKERFILE);
  await rm(WORK, { recursive: true, force: true });
  await mkdir(WORK, { recursive: true });
  if (!(await canRun(platform.architecture, WORK))) {
    throw new ExpectedError(
      `cannot build for ${params.PLATFORM}: programs of ${platform.architecture} do not run on this machine`,
      { hint: 'install qemu-user-static and enable its binfmt handlers' },
    );
  }
  const ca = [...(await readTrustedCa()), ...(await readTrustedCa(PROXY_CA))];
  const baseImages = await pullBaseImages(plan.images, {
    directory: join(WORK, 'base'),
    platform,
    allowsOther: params.ALLOW_CROSS_PLATFORM_IMAGES,
    tlsVerify: params.TLSVERIFY,
    ca,
    log,
    signal,
  });
  const epoch =
    params.SOURCE_DATE_EPOCH === '' ? undefined : new Date(Number(params.SOURCE_DATE_EPOCH) * 1000);
  const metadata = metadataOf({
    labels: lastOf(params.LABELS),
    annotations: new Map([...basesOf(baseImages, plan.target.base), ...annotations]),
    sourceUrl: params.SOURCE_URL,
    commit: params.COMMIT_SHA,
    expiresAfter: params.IMAGE_EXPIRES_AFTER,
    created:
      epoch ?? (params.BUILD_TIMESTAMP === '' ? new Date() : new Date(Number(params.BUILD_TIMESTAMP) * 1000)),
    architecture: platform.architecture,
  });
  const mounts = await mountArguments(params, {
    context: found.context,
    repositories: join(WORK, 'repos.d'),
    architecture: rpmArchitecture(platform.architecture),
  });
  const registries = join(WORK, 'registries.conf');
  await writeFile(registries, registriesConf([]));
  const temporary = `${STORAGE}/tmp`;
  {
    const directories = [WORKDIR, STORAGE, ADDITIONAL_SECRET, ENTITLEMENT];
    await using build = await separateBuild({ directories, temporary }, { tool, log });
    await build.run('mkdir', '--parents', temporary);
    const run = (args: readonly string[], network: 'pod' | 'none' = 'pod') =>
      build.buildah(
        ['--storage-driver', params.STORAGE_DRIVER, ...args],
        { CONTAINERS_REGISTRIES_CONF: registries, BUILDAH_ISOLATION: 'chroot' },
        network,
      );
    for (const { directory, name, platform: own } of baseImages) {
      const pull = ['pull', '--quiet', '--platform', formatPlatform(own), `dir:${directory}`];
      const { stdout } = await run(pull);
      await run(['tag', stdout.trim(), name]);
    }
    const args = buildArguments({
      params,
      buildah,
      platform: formatPlatform(platform),
      buildArgs,
      metadata,
      baseImages,
      mounts,
      image: TAG,
      context: found.context,
      containerfile: found.containerfile,
    });
    await run(['build', ...args], params.HERMETIC ? 'none' : 'pod');
    await run(['push', '--quiet', '--format', params.BUILDAH_FORMAT, TAG, `dir:${BUILT}`]);
  }
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] }, { ca });
  const built = createDirectoryImage(BUILT);
  const files = params.SKIP_INJECTIONS
    ? {}
    : { 'usr/share/buildinfo/labels.json': `${JSON.stringify(Object.fromEntries(metadata.labels))}\n` };
  if (!params.SKIP_INJECTIONS && params.ICM_KEEP_COMPAT_LOCATION)
    log.warn('labels.json is at /usr/share/buildinfo alone: /root may be a link in the image');
  const format = params.BUILDAH_FORMAT;
  const finished = await finishImage(
    built,
    await built.resolve('built'),
    { format, epoch, files },
    { signal },
  );
  const root = await finished.resolve('finished');
  const taskRun = process.env.TASKRUN_NAME ?? '';
  log.info(`pushing ${image}`);
  await copy(finished, client.repository(reference), {
    reference: root.digest,
    // The tag of the TaskRun's name keeps the image when the other tag moves on: registries collect what has none.
    tags: [...(taskRun === '' ? [] : [parseTag(taskRun)]), identifierOf(reference)],
    signal,
  });
  await leaveImage({ digest: root.digest, image, baseImages: baseImages.map(({ pinned }) => pinned) });
  return imageValues(image, root.digest);
});

/** buildah would name the build context, and not the image. */
function basesOf(
  images: readonly { readonly reference: string; readonly pinned: string }[],
  base: { readonly kind: string; readonly reference?: string },
): readonly (readonly [string, string])[] {
  const found = images.find(({ reference }) => reference === base.reference);
  if (found === undefined) return [];
  const [name = '', digest = ''] = found.pinned.split('@');
  return [
    ['org.opencontainers.image.base.name', name],
    ['org.opencontainers.image.base.digest', digest],
  ];
}
