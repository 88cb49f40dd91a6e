import { readFile } from 'node:fs/promises';
import {
  type BuildPlan,
  type Containerfile,
  findContainerfile,
  labelNames,
  parseContainerfile,
  planBuild,
} from '#lib/containerfile';
import { withPlatform } from '#lib/image-build';
import { imagePlatform } from '#lib/konflux';
import { type Platform, parseReference, type Reference } from '#lib/oci';
import type { ImageUrl, Values } from '#lib/tekton';
import { lastOf, once, readAssignments } from './assignments.ts';
import { buildArgsFiles } from './both-names.ts';
import { SOURCE } from './places.ts';
import { imageProxy } from './proxy.ts';
import type { task } from './task.ts';
import { timesOf } from './times.ts';

export type Params = Values<typeof task.steps.build.params>;

/** What the params and the source ask for, before any tool or registry is asked. */
export interface BuildRequest {
  readonly params: Params;
  /** As the results name it, `repository:tag`. */
  readonly image: ImageUrl;
  readonly reference: Reference;
  readonly platform: Platform;
  /** Those of the file and of the param together. */
  readonly buildArgs: ReadonlyMap<string, string>;
  /** Those of the file and of the param together. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Absolute path of the directory to build in. */
  readonly context: string;
  /** Absolute path of the Containerfile. */
  readonly file: string;
  readonly containerfile: Containerfile;
  readonly plan: BuildPlan;
  /** The variables of the proxy for pulling images; undefined where the params name none. */
  readonly proxy: Readonly<Record<string, string>> | undefined;
  /** The labels that stay where those of the base image do not; undefined where all of them do. */
  readonly ownLabels: ReadonlySet<string> | undefined;
  /** SOURCE_DATE_EPOCH. */
  readonly epoch: Date | undefined;
  /** BUILD_TIMESTAMP. */
  readonly timestamp: Date | undefined;
}

/** @throws {ExpectedError} for a param or a file of the source that cannot be understood */
export async function readRequest(params: Params): Promise<BuildRequest> {
  const image = params.IMAGE_APPEND_PLATFORM ? withPlatform(params.IMAGE, params.PLATFORM) : params.IMAGE;
  const platform = imagePlatform(params.PLATFORM);
  const buildArgs = new Map([
    ...(await readAll(buildArgsFiles(params))),
    ...once(params.BUILD_ARGS, 'BUILD_ARGS'),
  ]);
  const annotations = new Map([
    ...(await readAssignments(SOURCE, params.ANNOTATIONS_FILE, 'ANNOTATIONS_FILE')),
    ...lastOf(params.ANNOTATIONS),
  ]);
  const { context, containerfile: file } = await findContainerfile({
    source: SOURCE,
    context: params.CONTEXT,
    file: params.DOCKERFILE,
  });
  const containerfile = parseContainerfile(await readFile(file, 'utf8'), { file: params.DOCKERFILE });
  const plan = planBuild(containerfile, {
    buildArgs,
    platform,
    target: params.TARGET_STAGE,
    skipUnusedStages: params.SKIP_UNUSED_STAGES,
  });
  return {
    params,
    image,
    reference: parseReference(image),
    platform,
    buildArgs,
    annotations,
    context,
    file,
    containerfile,
    plan,
    proxy: imageProxy(params),
    ownLabels: params.INHERIT_BASE_IMAGE_LABELS ? undefined : labelNames(containerfile, plan.target),
    ...timesOf(params),
  };
}

async function readAll(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const read = await Promise.all(files.map((file) => readAssignments(SOURCE, file, 'BUILD_ARGS_FILE')));
  return new Map(read.flatMap((one) => [...one]));
}
