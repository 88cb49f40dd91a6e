import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCatalog } from '#lib/catalog';
import { architectures, makeFixture, serveCompose } from '#lib/compose';
import {
  parseImageMapping,
  parseObjects,
  type RunResult,
  runPipeline,
  type Sink,
  sortObjects,
} from '#lib/local';
import { createRegistryClient, NotFoundError, parseReference } from '#lib/oci';
import { definePipelineRun, toYaml } from '#lib/tekton';
import { pipelines, stepImage, tasks } from '../../bundles/catalog.ts';
import { pipeline } from '../../pipelines/bootc-compose.ts';
import { cache, type Place, root } from './place.ts';

export interface Scenario {
  readonly name: string;
  /** As `makeFixture` takes them; none for a compose as it should be. */
  readonly defects: readonly string[];
  /** Checks that must hold the images back. */
  readonly expected: readonly string[];
}

export const scenarios: readonly Scenario[] = [
  { name: 'a compose as it should be', defects: [], expected: [] },
  {
    name: 'no initramfs on s390x',
    defects: ['missing-initramfs:s390x'],
    expected: ['kernel-initramfs@s390x'],
  },
  {
    name: 'podman is not in rpms.json',
    defects: ['unlisted-package:podman'],
    expected: ['packages-in-compose@'],
  },
];

export interface Outcome {
  readonly scenario: Scenario;
  readonly result: RunResult;
  /** Tags of the production repository with their digests, before and after. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

interface Options {
  readonly place: Place;
  readonly index: number;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly gracefulSignal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** From a compose in progress to production, by the YAML that a cluster would get. */
export async function runScenario(scenario: Scenario, options: Options): Promise<Outcome> {
  const { place, index, signal, progress } = options;
  const fixture = await makeFixture({
    directory: join(
      cache,
      'demo',
      scenario.defects.length === 0
        ? 'compose'
        : `compose-${scenario.defects.join('-').replaceAll(':', '-')}`,
    ),
    cache,
    defects: scenario.defects,
    signal,
    progress,
  });
  await using compose = await serveCompose(fixture.directory);
  progress(`compose ${fixture.composeId} at ${compose.url}`);
  const { host } = place.registry;
  const production = `${host}/production/fedora-bootc`;
  const pipelineRun = definePipelineRun(pipeline, {
    metadata: { name: `compose-${index + 1}` },
    params: {
      compose: compose.url,
      branch: '43',
      timestamp: `2026112300000${index}`,
      'repos-image': `${host}/fedoraci/fedora-compose-base`,
      'output-image': `${host}/fedoraci/fedora-bootc`,
      'production-image': production,
      'production-tags': [`43-2026112300000${index}`, '43'],
      'builder-image': place.builder,
      'build-platforms': architectures.map(({ oci }) => `linux/${oci}`),
      // The fixture signs nothing.
      gpgcheck: false,
    },
    workspaces: { source: { emptyDir: {} } },
  });
  const rendered = renderCatalog({ tasks, pipelines, stepImage });
  const documents = [
    ...[...rendered].filter(([path]) => path.endsWith('.yaml')).map(([, text]) => text),
    toYaml(pipelineRun),
  ];
  const reports = join(place.directory, 'reports');
  await mkdir(reports, { recursive: true });
  const before = await tagsOf(production, signal);
  const result = await runPipeline({
    objects: sortObjects(documents.flatMap((text, number) => parseObjects(text, `document ${number}`))),
    choice: {
      workspaces: { source: join(root, 'demo/base-images'), reports },
    },
    imageMap: [
      parseImageMapping(
        `${stepImage.replace(/:[^:/]*$/, '')}=rootfs:/,mount=${root}/dist/steps:/usr/libexec/bootc-catalog`,
      ),
    ],
    sinks: [options.sink],
    runsDirectory: place.directory,
    signal,
    gracefulSignal: options.gracefulSignal,
  });
  return { scenario, result, before, after: await tagsOf(production, signal) };
}

async function tagsOf(repository: string, signal: AbortSignal): Promise<Map<string, string>> {
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
