import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { canRun, registriesConf, separateBuild } from '#lib/image-build';
import { formatPlatform, rpmArchitecture } from '#lib/oci';
import type { StepContext } from '#lib/step';
import { lastOf } from './assignments.ts';
import { type BaseImage, pullBaseImages } from './base-images.ts';
import { buildArguments } from './build-arguments.ts';
import { findBuildah, need } from './buildah.ts';
import { type Metadata, metadataOf } from './metadata.ts';
import { mountArguments } from './mounts.ts';
import { ADDITIONAL_SECRET, ENTITLEMENT, STORAGE, WORKDIR } from './places.ts';
import type { BuildRequest } from './request.ts';

const TAG = 'localhost/built:latest';
/** No other step looks in here; the build does. */
const WORK = `${WORKDIR}/build`;

export interface BuiltImage {
  /** The image as `dir:` of containers-transports(5). */
  readonly directory: string;
  readonly baseImages: readonly BaseImage[];
  readonly metadata: Metadata;
}

/** Pulls the base images with the pod's credentials, then builds in namespaces that reach none of them. */
export async function buildImage(
  request: BuildRequest,
  {
    ca,
    tool,
    log,
    signal,
  }: Pick<StepContext, 'tool' | 'log' | 'signal'> & { readonly ca: readonly string[] },
): Promise<BuiltImage> {
  const { params, platform, plan } = request;
  const buildah = await findBuildah(tool);
  if (request.containerfile.stages.flat().some(({ hereDocuments }) => hereDocuments.length > 0))
    need(buildah, 'here-documents', params.DOCKERFILE);
  if (params.ENV_VARS.length > 0 && !buildah.has('variables in RUN lines'))
    log.warn(
      `ENV_VARS are in the image, and RUN lines do not see them: buildah ${buildah.version} sets them last`,
    );
  await rm(WORK, { recursive: true, force: true });
  await mkdir(WORK, { recursive: true });
  if (!(await canRun(platform.architecture, WORK))) {
    throw new ExpectedError(
      `cannot build for ${params.PLATFORM}: programs of ${platform.architecture} do not run on this machine`,
      { hint: 'install qemu-user-static and enable its binfmt handlers' },
    );
  }
  const baseImages = await pullBaseImages(plan.images, {
    directory: join(WORK, 'base'),
    platform,
    allowsOther: params.ALLOW_CROSS_PLATFORM_IMAGES,
    tlsVerify: params.TLSVERIFY,
    ca,
    proxy: request.proxy,
    log,
    signal,
  });
  const metadata = metadataOf({
    labels: lastOf(params.LABELS),
    annotations: new Map([...basesOf(baseImages, plan.target.base), ...request.annotations]),
    sourceUrl: params.SOURCE_URL,
    commit: params.COMMIT_SHA,
    expiresAfter: params.IMAGE_EXPIRES_AFTER,
    created: request.epoch ?? request.timestamp ?? new Date(),
    architecture: platform.architecture,
  });
  const mounts = await mountArguments(params, {
    context: request.context,
    repositories: join(WORK, 'repos.d'),
    architecture: rpmArchitecture(platform.architecture),
  });
  const args = buildArguments({
    params,
    buildah,
    platform: formatPlatform(platform),
    buildArgs: request.buildArgs,
    metadata,
    baseImages,
    mounts,
    image: TAG,
    context: request.context,
    containerfile: request.file,
  });
  const directory = join(WORK, 'built');
  await runBuildah(request, { args, baseImages, directory }, { tool, log });
  return { directory, baseImages, metadata };
}

/** @param work `args` of `buildah build`, and the directory that the image is put into */
async function runBuildah(
  { params }: BuildRequest,
  work: {
    readonly args: readonly string[];
    readonly baseImages: readonly BaseImage[];
    readonly directory: string;
  },
  context: Pick<StepContext, 'tool' | 'log'>,
): Promise<void> {
  const registries = join(WORK, 'registries.conf');
  await writeFile(registries, registriesConf([]));
  const temporary = `${STORAGE}/tmp`;
  const directories = [WORKDIR, STORAGE, ADDITIONAL_SECRET, ENTITLEMENT];
  await using build = await separateBuild({ directories, temporary }, context);
  await build.run('mkdir', '--parents', temporary);
  const run = (args: readonly string[], network: 'pod' | 'none' = 'pod') =>
    build.buildah(
      ['--storage-driver', params.STORAGE_DRIVER, ...args],
      { CONTAINERS_REGISTRIES_CONF: registries, BUILDAH_ISOLATION: 'chroot' },
      network,
    );
  for (const { directory, name, platform: own } of work.baseImages) {
    const pull = ['pull', '--quiet', '--platform', formatPlatform(own), `dir:${directory}`];
    const { stdout } = await run(pull);
    await run(['tag', stdout.trim(), name]);
  }
  await run(['build', ...work.args], params.HERMETIC ? 'none' : 'pod');
  const push = ['push', '--quiet', '--format', params.BUILDAH_FORMAT];
  // Layers that are written again are compressed then.
  if (params.REWRITE_TIMESTAMP) push.push('--disable-compression');
  await run([...push, TAG, `dir:${work.directory}`]);
}

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
