import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCatalog } from '#lib/catalog';
import { parseImageMapping, parseObjects, type RunResult, runLocally, sortObjects } from '#lib/local';
import { createRegistryClient, NotFoundError, parseReference } from '#lib/oci';
import type { Sink } from '#lib/runs';
import { definePipelineRun, toYaml } from '#lib/tekton';
import { pipelines, stepImage, tasks } from '../../bundles/catalog.ts';
import { pipeline } from '../../pipelines/bootc-compose.ts';
import { baseImages } from './base-images.ts';
import { type Place, root } from './place.ts';

export interface ComposeRun {
  readonly place: Place;
  /** Where the compose is served. */
  readonly compose: string;
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
  const { place, platforms, timestamp, signal, gracefulSignal } = options;
  const { host } = place.registry;
  const pipelineRun = definePipelineRun(pipeline, {
    metadata: { name: `compose-${timestamp}` },
    params: {
      compose: options.compose,
      branch: '43',
      timestamp,
      'repos-image': `${host}/fedoraci/fedora-compose-base`,
      'output-image': `${host}/fedoraci/fedora-bootc`,
      'production-image': productionOf(place),
      'production-tags': [`43-${timestamp}`, '43'],
      'builder-image': place.builder,
      'build-platforms': platforms,
      // The fixture signs nothing.
      gpgcheck: false,
    },
    workspaces: { source: { emptyDir: {} } },
    // As in pipelines/examples, the task that runs the judged image gets nothing of the cluster's.
    taskRunSpecs: ['minimal', 'standard'].map((variant) => ({
      pipelineTaskName: `bootc-lint-${variant}`,
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

export function productionOf(place: Place): string {
  return `${place.registry.host}/production/fedora-bootc`;
}

/** Tags of a repository with their digests; none where there is no such repository. */
export async function tagsOf(repository: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(repository));
  const tags = new Map<string, string>();
  try {
    for await (const tag of target.tags({ signal }))
      tags.set(tag, (await target.resolve(tag, { signal })).digest);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  return tags;
}
