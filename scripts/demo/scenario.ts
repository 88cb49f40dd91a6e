import { join } from 'node:path';
import { architectures, makeFixture, serveCompose } from '#lib/compose-fixture';
import type { RunResult } from '#lib/local';
import type { Sink } from '#lib/runs';
import { makeKilledInstall } from './killed-install.ts';
import { cache, type Place } from './place.ts';
import { productionOf, runCompose, tagsOf } from './run-compose.ts';

export interface Scenario {
  readonly name: string;
  /** As `makeFixture` takes them; none for a compose as it should be. */
  readonly defects: readonly string[];
  /** Makes the source of the images in a directory; that of the demo without it. */
  readonly makeSource?: (directory: string, signal?: AbortSignal) => Promise<string>;
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
  {
    name: 'rpm was killed, its log holds a package',
    defects: [],
    makeSource: makeKilledInstall,
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
  /** All four by default. */
  readonly platforms?: readonly string[];
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly gracefulSignal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** Makes the compose, serves it, and takes it to production, or not. */
export async function runScenario(scenario: Scenario, options: Options): Promise<Outcome> {
  const { place, index, signal, gracefulSignal, sink, progress } = options;
  const name = ['compose', ...scenario.defects].join('-').replaceAll(':', '-');
  const fixture = await makeFixture({
    directory: join(cache, 'demo', name),
    cache,
    defects: scenario.defects,
    signal,
    progress,
  });
  await using compose = await serveCompose(fixture.directory);
  progress(`compose ${fixture.composeId} at ${compose.url}`);
  const source = await scenario.makeSource?.(join(place.directory, `source-${index}`), signal);
  const before = await tagsOf(productionOf(place), signal);
  const result = await runCompose({
    place,
    compose: compose.url,
    source,
    platforms: options.platforms ?? architectures.map(({ oci }) => `linux/${oci}`),
    timestamp: `20261123000${index}`,
    sink,
    signal,
    gracefulSignal,
  });
  // Tags are listed after a cancellation too, to be able to say that nothing moved.
  return { scenario, result, before, after: await tagsOf(productionOf(place)) };
}
