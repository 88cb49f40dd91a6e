import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAG } from '#lib/bundle-steps';
import { architectures, makeFixture } from '#lib/compose-fixture';
import { run } from '#lib/process';
import { plainSink } from '#lib/runs';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { cache, openPlace, root } from '../../scripts/demo/place.ts';
import { tagsOf } from '../../scripts/demo/production.ts';
import { runScenario } from '../../scripts/demo/scenario.ts';
import { quick } from '../../scripts/demo/scenarios.ts';
import { FILES, PACKAGES, pushLargeImage } from './large-image.ts';
import { pushManyFiles } from './many-files.ts';
import type { Command } from './measure.ts';
import { peakDisk } from './peak-disk.ts';
import { peakTree } from './peak-tree.ts';
import { rowsOf } from './rows.ts';
import { table } from './table.ts';

const MANY = 1_000_000;

/** sanity-check of an image of the demo, all four platforms, against copying and unpacking it and asking rpm. */
export async function benchSanity(runs: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-sanity-'));
  const never = new AbortController().signal;
  await run(process.execPath, [join(root, 'scripts/build-steps.ts')]);
  await using place = await openPlace(never, () => {}, join(directory, 'place'));
  const [scenario] = quick;
  if (!scenario) throw new Error('there is no demo to take an image from');
  const lines: string[] = [];
  const { result } = await runScenario(
    { ...scenario, platforms: architectures.map(({ oci }) => `linux/${oci}`) },
    {
      place,
      index: 0,
      sink: plainSink((text) => void lines.push(text)),
      signal: never,
      gracefulSignal: never,
      progress: () => {},
    },
  );
  if (result.status !== 'Succeeded')
    throw new Error(`there is no image to measure: ${lines.slice(-20).join('')}`);
  const repository = `${place.registry.host}/fedoraci/fedora-bootc`;
  const [tag, digest] =
    [...(await tagsOf(repository))].find(([name]) => /^rawhide-\d+-minimal$/.test(name)) ?? [];
  const [choice] = scenario.composes;
  const fixture = await makeFixture({
    directory: join(cache, 'demo', choice?.id ?? ''),
    cache,
    ...(choice && { composeId: choice.id }),
  });

  const check = (image: string): Command =>
    checkOf(`${image}:${tag}`, digest ?? '', {
      results: join(directory, 'results'),
      // A directory: this process, which could serve it, waits while others are measured.
      more: [`--COMPOSE=${fixture.directory}`],
    });
  const platforms = architectures.map(({ oci }) => oci);
  try {
    const large = `${place.registry.host}/bench/large`;
    const largeDigest = await pushLargeImage(`${large}:1`, join(directory, 'large'));
    const many = `${place.registry.host}/bench/many:1`;
    const manyDigest = await pushManyFiles(many, MANY, directory);
    const report = { results: join(directory, 'results'), more: ['--ON_FAILURE=report'] };
    const unpack = unpackOf(`${repository}@${digest}`, platforms);
    const peer = 'skopeo copy, umoci unpack, rpm -qa';
    const rows = [
      ...rowsOf(
        `sanity-check of ${platforms.length} platforms`,
        check(repository),
        { [peer]: unpack },
        { runs },
      ),
      ...rowsOf(
        `the same, ${FILES.toLocaleString('en')} files and ${PACKAGES} packages each`,
        checkOf(`${large}:1`, largeDigest, report),
        { [peer]: unpackOf(`${large}@${largeDigest}`, platforms) },
        { runs: Math.min(runs, 3), warmUps: 1 },
      ),
    ];
    const disk = [await peakDisk(check(repository)), await peakDisk(unpack)] as const;
    const memory = await peakTree(checkOf(many, manyDigest, report));
    return [
      table(rows),
      `disk: ${disk[0].toFixed(1)} MB at most, against ${disk[1].toFixed(1)} MB: ${(disk[0] / disk[1]).toFixed(2)}`,
      `memory for ${MANY.toLocaleString('en')} files, of the step and its child together: ${memory.toFixed(0)} MiB`,
      `registry: ${await traffic(place.registry.host, (host) => check(`${host}/fedoraci/fedora-bootc`))}`,
    ].join('\n\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The step as it runs in its image. */
function checkOf(
  image: string,
  digest: string,
  { results, more }: { readonly results: string; readonly more: readonly string[] },
): Command {
  return {
    program: join(root, 'dist/steps/node'),
    args: [
      NODE_FLAG,
      join(root, 'dist/steps/sanity-check/check'),
      `--IMAGE_URL=${image}`,
      `--IMAGE_DIGEST=${digest}`,
      ...more,
    ],
    env: { STEP_RESULTS: results },
  };
}

function unpackOf(image: string, platforms: readonly string[]): Command {
  return { program: join(import.meta.dirname, 'unpack-image.sh'), args: [image, ...platforms] };
}

/** Requests to the registry, and bytes that came from it. */
async function traffic(registry: string, command: (host: string) => Command): Promise<string> {
  const proxy = await startFaultProxy(registry);
  try {
    const { program, args, env = {} } = command(proxy.host);
    await run(program, args, { env });
    return `${proxy.seen.length} requests, ${(proxy.sentBytes / 1e6).toFixed(2)} MB`;
  } finally {
    await proxy.stop();
  }
}
