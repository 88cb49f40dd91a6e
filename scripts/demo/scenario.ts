import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures, makeFixture, type ServedCompose, serveCompose } from '#lib/compose-fixture';
import type { RunResult } from '#lib/local';
import type { Sink } from '#lib/runs';
import { cache, type Place } from './place.ts';
import { productionTags } from './production.ts';
import { runCompose } from './run-compose.ts';
import type { FixtureChoice, Scenario } from './scenarios.ts';

export interface Outcome {
  readonly scenario: Scenario;
  readonly result: RunResult;
  /** Tags in production as image:tag with their digests, before and after. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** The reports of the checks of this run, as they were written. */
  readonly reports: readonly string[];
}

interface Options {
  readonly place: Place;
  readonly index: number;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly gracefulSignal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** Makes the composes, serves them, and takes them to production, or not. */
export async function runScenario(scenario: Scenario, options: Options): Promise<Outcome> {
  const { place, index, signal, gracefulSignal, sink } = options;
  const timestamp = `20261123000${index}`;
  await using served = new AsyncDisposableStack();
  const composes: string[] = [];
  for (const choice of scenario.composes) {
    const compose = served.use(await serve(choice, options));
    composes.push(`${choice.role}=${compose.url}`);
  }
  const source = await scenario.makeSource?.(join(place.directory, `source-${index}`), signal);
  const before = await productionTags(place, signal);
  const { branch, images, failable, allowDrop } = scenario;
  const result = await runCompose({
    place,
    composes,
    branch,
    images,
    failable,
    allowDrop,
    source,
    platforms: scenario.platforms ?? architectures.map(({ oci }) => `linux/${oci}`),
    timestamp,
    sink,
    signal,
    gracefulSignal,
  });
  // Tags are listed after a cancellation too, to be able to say that nothing moved.
  const [after, reports] = [await productionTags(place), await reportsOf(place, `${branch}-${timestamp}`)];
  return { scenario, result, before, after, reports };
}

async function serve(
  { id, defects = [] }: FixtureChoice,
  { signal, progress }: Options,
): Promise<ServedCompose> {
  const name = [id, ...defects].join('-').replaceAll(/[:@]/g, '-');
  const directory = join(cache, 'demo', name);
  const fixture = await makeFixture({ directory, cache, defects, composeId: id, signal, progress });
  const compose = await serveCompose(fixture.directory);
  progress(`compose ${fixture.composeId} at ${compose.url}`);
  return compose;
}

async function reportsOf({ directory }: Place, tag: string): Promise<readonly string[]> {
  const reports = join(directory, 'reports');
  const names = (await readdir(reports)).filter((name) => name.startsWith(`sanity-check-${tag}`));
  return Promise.all(names.map((name) => readFile(join(reports, name), 'utf8')));
}
