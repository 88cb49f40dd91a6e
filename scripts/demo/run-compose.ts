import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCatalog } from '#lib/catalog';
import { parseImageMapping, parseObjects, type RunResult, runLocally, sortObjects } from '#lib/local';
import type { Sink } from '#lib/runs';
import { definePipelineRun, toYaml } from '#lib/tekton';
import { images, pipelines, stepImage, tasks } from '../../bundles/catalog.ts';
import { pipeline } from '../../pipelines/bootc-compose.ts';
import { baseImages } from './base-images.ts';
import { type Place, root } from './place.ts';
import { imageNames, productionOf } from './production.ts';

export interface ComposeRun {
  readonly place: Place;
  /** Where the compose is served; or several, as role=URL. */
  readonly compose?: string;
  readonly composes?: readonly string[];
  readonly branch: string;
  /** Names of the images to build; all by default. */
  readonly images?: readonly string[] | undefined;
  readonly failable?: readonly string[] | undefined;
  readonly allowDrop?: readonly string[] | undefined;
  readonly platforms: readonly string[];
  /** Directory with the Containerfile; that of the demo by default. */
  readonly source?: string | undefined;
  /** Second part of every tag. */
  readonly timestamp: string;
  readonly sink: Sink;
  readonly signal?: AbortSignal;
  readonly gracefulSignal?: AbortSignal;
}

/** Runs bootc-compose by the local engine, from the YAML that a cluster would get. */
export async function runCompose(options: ComposeRun): Promise<RunResult> {
  const { place, branch, platforms, timestamp, signal, gracefulSignal } = options;
  const { host } = place.registry;
  const production = imageNames.map((name) => [name, productionOf(place, name)] as const);
  const pipelineRun = definePipelineRun(pipeline, {
    metadata: { name: `compose-${timestamp}` },
    params: {
      compose: options.compose ?? '',
      composes: options.composes ?? [],
      branch,
      timestamp,
      images: options.images ?? imageNames,
      failable: options.failable ?? [],
      'allow-drop': options.allowDrop ?? [],
      'repos-image': `${host}/fedoraci/fedora-compose-base`,
      'output-image': `${host}/fedoraci/fedora-bootc`,
      'production-images': Object.fromEntries(production),
      'production-tags': [`${branch}-${timestamp}`, branch],
      'builder-image': place.builder,
      'build-platforms': platforms,
      ...ownPlatforms(platforms),
      // The fixture signs nothing.
      gpgcheck: false,
    },
    workspaces: { source: { emptyDir: {} } },
    // As in pipelines/examples, the task that runs the judged image gets nothing of the cluster's.
    taskRunSpecs: imageNames.map((name) => ({
      pipelineTaskName: `bootc-lint-${name}`,
      serviceAccountName: 'bootc-lint',
      podTemplate: { automountServiceAccountToken: false },
    })),
  });
  const documents = [...renderCatalog({ tasks, pipelines, stepImage })]
    .filter(([path]) => path.endsWith('.yaml'))
    .map(([, text]) => text);
  const reports = join(place.directory, 'reports');
  await mkdir(reports, { recursive: true });
  // Steps run as the user of the step image.
  await chmod(reports, 0o777);
  const steps = `rootfs:/,user=65532:0,mount=${root}/dist/steps:/usr/libexec/bootc-catalog`;
  return runLocally({
    objects: sortObjects(
      [...documents, toYaml(pipelineRun)].flatMap((text) => parseObjects(text, 'bootc-compose')),
    ),
    choice: { workspaces: { source: options.source ?? baseImages(), reports } },
    imageMap: [parseImageMapping(`${stepImage.replace(/:[^:/]*$/, '')}=${steps}`)],
    sinks: [options.sink],
    runsDirectory: place.directory,
    // The registry and the compose are on loopback.
    network: 'host',
    ...(signal ? { signal } : {}),
    ...(gracefulSignal ? { gracefulSignal } : {}),
  });
}

/** What images of their own platforms are built for here: those of the run that they have. */
function ownPlatforms(platforms: readonly string[]) {
  return Object.fromEntries(
    images.images
      .filter(({ hasOwnPlatforms }) => hasOwnPlatforms)
      .map((image) => [`${image.name}-platforms`, image.platforms.filter((one) => platforms.includes(one))]),
  );
}
