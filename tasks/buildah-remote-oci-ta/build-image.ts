import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { canRun, registriesConf, type SeparatedBuild, separateBuild } from '#lib/image-build';
import { formatPlatform, rpmArchitecture } from '#lib/oci';
import type { StepContext } from '#lib/step';
import { printable } from '#lib/text';
import { lastOf } from './assignments.ts';
import { type BaseImage, pullBaseImages } from './base-images.ts';
import { buildArguments, buildContexts } from './build-arguments.ts';
import { findBuildah, needForms } from './buildah.ts';
import { placeInImage } from './finish/place-in-image.ts';
import { handedContainerfile } from './handed-containerfile.ts';
import { type Metadata, metadataOf } from './metadata.ts';
import { mountArguments } from './mounts.ts';
import { ADDITIONAL_SECRET, ENTITLEMENT, PREFETCHED, STORAGE, WORKDIR } from './places.ts';
import { prefetchVariables } from './prefetch/prefetch-variables.ts';
import type { BuildRequest } from './request.ts';

const TAG = 'localhost/built:latest';
/** No other step looks in here; the build does. */
const WORK = `${WORKDIR}/build`;

export interface BuiltImage {
  /** The image as `dir:` of containers-transports(5). */
  readonly directory: string;
  readonly baseImages: readonly BaseImage[];
  readonly metadata: Metadata;
  /** Where /root/buildinfo of the image is, relative to its root; undefined where nothing is to be there. */
  readonly compatPlace: string | undefined;
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
  needForms(buildah, request.containerfile);
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
  for (const { triggers } of baseImages) if (triggers) needForms(buildah, triggers.containerfile);
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
  const variables = await prefetchVariables(PREFETCHED);
  tellHidden(variables, baseImages, log);
  const handed = await handedContainerfile(request, {
    buildah,
    baseImages,
    variables: [...variables.keys()],
    directory: WORK,
  });
  const args = buildArguments({
    params,
    buildah,
    platform: formatPlatform(platform),
    buildArgs: new Map([...variables, ...request.buildArgs]),
    metadata,
    contexts: buildContexts(request, baseImages),
    mounts,
    image: TAG,
    context: request.context,
    containerfile: handed.file,
    ignoreFile: handed.ignore,
  });
  const directory = join(WORK, 'built');
  const compatPlace = await runBuildah(request, { args, baseImages, directory }, { tool, log });
  return { directory, baseImages, metadata, compatPlace };
}

/**
 * @param work `args` of `buildah build`, and the directory that the image is put into
 * @returns the place of files that ICM_KEEP_COMPAT_LOCATION asks for
 */
async function runBuildah(
  { params, platform }: BuildRequest,
  work: {
    readonly args: readonly string[];
    readonly baseImages: readonly BaseImage[];
    readonly directory: string;
  },
  context: Pick<StepContext, 'tool' | 'log'>,
): Promise<string | undefined> {
  const registries = join(WORK, 'registries.conf');
  await writeFile(registries, registriesConf([]));
  const temporary = `${STORAGE}/tmp`;
  const directories = [
    WORKDIR,
    STORAGE,
    ADDITIONAL_SECRET,
    ENTITLEMENT,
    // On a host it is a file system of its own, which bootc wants.
    ...(params.PRIVILEGED_NESTED ? ['/var/tmp'] : []),
  ];
  await using build = await separateBuild({ directories, temporary }, context);
  await build.run('mkdir', '--parents', temporary);
  await makeWritable([join(PREFETCHED, 'output'), join(WORK, 'repos.d')], build);
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
  if (params.SKIP_INJECTIONS || !params.ICM_KEEP_COMPAT_LOCATION) return undefined;
  const { stdout: container } = await run([
    'from',
    '--pull=never',
    '--platform',
    formatPlatform(platform),
    TAG,
  ]);
  const { stdout: root } = await run(['mount', container.trim()]);
  return await placeInImage('root/buildinfo', (path) => linkAt(build, `${root.trim()}/${path}`));
}

/** As in Konflux: a RUN line writes there as whatever user it runs as, such as go to the cache of modules. */
async function makeWritable(
  directories: readonly string[],
  { run }: Pick<SeparatedBuild, 'run'>,
): Promise<void> {
  const there = directories.filter((one) => existsSync(one));
  if (there.length > 0) await run('chmod', '--recursive', 'a+rwX', '--', ...there);
}

/** Where Konflux' task sets the variables in each RUN line, they win over the image's. */
function tellHidden(
  variables: ReadonlyMap<string, string>,
  baseImages: readonly BaseImage[],
  log: StepContext['log'],
): void {
  for (const { reference, variables: own } of baseImages) {
    const hidden = [...variables.keys()].filter((name) => own.has(name));
    if (hidden.length > 0)
      log.warn(
        `${hidden.join(', ')} of the prefetch: RUN lines see what base image ${printable(reference)} says instead`,
      );
  }
}

/** The link's own text. A program that cannot be run in the build ends with 1 as readlink does, so 1 says nothing here. */
async function linkAt(build: Pick<SeparatedBuild, 'run'>, path: string): Promise<string | undefined> {
  const script = 'if [ -L "$1" ]; then readlink --no-newline -- "$1"; fi';
  const { stdout } = await build.run('sh', '-c', script, 'sh', path);
  return stdout === '' ? undefined : stdout;
}

/** buildah would name the build context, and not the image. */
function basesOf(
  images: readonly Pick<BaseImage, 'reference' | 'pinned' | 'digest'>[],
  base: { readonly kind: string; readonly reference?: string },
): readonly (readonly [string, string])[] {
  const found = images.find(({ reference }) => reference === base.reference);
  if (found === undefined) return [];
  const [name = ''] = found.pinned.split('@');
  return [
    ['org.opencontainers.image.base.name', name],
    ['org.opencontainers.image.base.digest', found.digest],
  ];
}
