import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { ExpectedError, explain } from '#lib/errors';
import {
  type Descriptor,
  type Digest,
  describe,
  digestOf,
  mediaTypeOf,
  NotFoundError,
  type ReadableTarget,
  verified,
} from '#lib/oci';
import { generatedRuns, randomFrom } from '#test/generated';
import { itemsOf } from '#test/images/bootc-image';
import { goodFiles } from '#test/images/bootc-root';
import { rpmdbWithJournal, rpmdbWithLog } from '#test/images/rpmdb-files';
import { tarOf } from '#test/images/tar-writer';
import {
  mutateBytes,
  mutateFrames,
  mutateNumber,
  mutateTar,
  pick,
  type Random,
} from '#test/malformed/mutate-bytes';
import { mutateJson } from '#test/malformed/mutate-json';
import { checks, failures, inspectImage, reportLines, runChecks } from './index.ts';

const MIB = 1024 * 1024;
const kinds = ['index', 'manifest', 'config', 'tar', 'frames', 'rpmdb'] as const;
type Kind = (typeof kinds)[number];

test('the image that is mutated has nothing wrong with it but that nothing names its compose', async () => {
  const { target, root } = assemble(undefined, randomFrom(1));

  const facts = await inspect(target, root);

  expect(facts.platforms.map(({ platform }) => platform)).toEqual(['linux/arm64']);
  expect(failures(runChecks(checks, facts))).toEqual([]);
});

for (const { count, seed, isFixed, record } of generatedRuns('malformed', {
  soak: 2000,
  ci: 300,
  test: 30,
})) {
  test(`whatever an image is made of, there is a verdict or one clear error, with the seed ${isFixed ? 'that stays' : seed}`, {
    timeout: 1_800_000,
  }, async () => {
    const random = randomFrom(seed);
    const counts = { passed: 0, failed: 0, errors: 0 };
    const before = process.memoryUsage.rss();
    for (let at = 0; at < count; at += 1) {
      const kind = pick(random, kinds);
      const { target, root } = assemble(kind, random);
      const started = performance.now();

      const end = await endOf(target, root);

      counts[end.kind] += 1;
      const seconds = (performance.now() - started) / 1000;
      expect({ at, kind, problems: problemsOf(end.told) }).toEqual({ at, kind, problems: [] });
      expect({ at, kind, isQuick: seconds < 10, seconds }).toMatchObject({ isQuick: true });
    }
    const grown = Math.round((process.memoryUsage.rss() - before) / MIB);
    const found = `${counts.passed} as good, ${counts.failed} with a failed check, ${counts.errors} one error; ${grown} MiB`;
    console.log(`malformed: ${found}`);
    expect(counts.failed).toBeGreaterThan(0);
    expect(counts.errors).toBeGreaterThan(0);
    expect(grown).toBeLessThan(256);
    record({ cases: count, against: 'a verdict or one clear error', found });
  });
}

interface End {
  readonly kind: 'passed' | 'failed' | 'errors';
  /** All that is told of it. */
  readonly told: readonly string[];
}

async function endOf(target: ReadableTarget, root: Descriptor): Promise<End> {
  try {
    const report = runChecks(checks, await inspect(target, root));
    return { kind: failures(report).length > 0 ? 'failed' : 'passed', told: reportLines(report) };
  } catch (error) {
    const isKnown = error instanceof ExpectedError;
    const [message = '', hint, ...more] = explain(error).split('\n');
    const told = [message, ...(hint === undefined ? [] : [hint.replace(/^hint: /, '')])];
    return {
      kind: 'errors',
      told: isKnown && more.length === 0 ? told : [`a bug: ${(error as Error).stack}`],
    };
  }
}

function inspect(target: ReadableTarget, { digest }: Descriptor) {
  return inspectImage(target, { reference: 'host/a/b:1', digest, expected: [], composes: [] });
}

function problemsOf(lines: readonly string[]): readonly string[] {
  return lines.filter(
    (line) =>
      /[\p{Cc}\u202e]|^a bug: |is not a function|of undefined|of null/u.test(line) || line.length >= 2000,
  );
}

/** An index of one image in three layers, with one thing of one kind changed; digests are right all the way up to it. */
function assemble(
  kind: Kind | undefined,
  random: Random,
): { readonly target: ReadableTarget; readonly root: Descriptor } {
  const blobs = new Map<Digest, { readonly descriptor: Descriptor; readonly bytes: Uint8Array }>();
  const add = (mediaType: string, bytes: Uint8Array): Descriptor => {
    const descriptor = describe(mediaType, bytes);
    blobs.set(descriptor.digest, { descriptor, bytes });
    return descriptor;
  };
  const chosen = Math.floor(random() * 3);
  const tars = archives(kind === 'rpmdb' ? random : undefined).map((tar, at) =>
    kind === 'tar' && at === chosen ? mutateTar(tar, random) : tar,
  );
  const layers = tars.map((tar, at) => {
    const compression = (['gzip', 'zstd', 'none'] as const)[at] ?? 'none';
    const packed =
      compression === 'gzip' ? zlib.gzipSync(tar) : compression === 'zstd' ? zlib.zstdCompressSync(tar) : tar;
    const bytes = kind === 'frames' && at === chosen ? mutateFrames(packed, random) : packed;
    return add(mediaTypeOf('layer', 'oci', compression), bytes);
  });
  const written = (one: Kind, document: object) =>
    kind === one ? mutateJson(document, random) : Buffer.from(JSON.stringify(document));
  const config = {
    os: 'linux',
    architecture: 'arm64',
    created: '2026-11-26T00:00:00Z',
    config: {
      Cmd: ['/sbin/init'],
      StopSignal: 'SIGRTMIN+3',
      Env: ['container=oci'],
      Labels: { 'containers.bootc': '1', 'org.opencontainers.image.version': '43' },
    },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
    history: [{ created_by: 'a test' }, { empty_layer: true }],
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypeOf('manifest'),
    config: add(mediaTypeOf('config'), written('config', config)),
    layers,
    annotations: { 'org.example.note': 'x' },
  };
  const member = add(mediaTypeOf('manifest'), written('manifest', manifest));
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypeOf('index'),
    manifests: [
      { ...member, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, annotations: { a: 'b' } },
      { ...member, platform: { os: 'unknown', architecture: 'unknown' } },
    ],
  };
  const root = add(mediaTypeOf('index'), written('index', index));
  return { root, target: targetOf(blobs) };
}

const bash = { name: 'bash', version: '5.3', release: '1.fc43', arch: 'aarch64' };
const zlibRpm = { ...bash, name: 'zlib' };
const logged = rpmdbWithLog([bash], [zlibRpm]);
const unfinished = rpmdbWithJournal([bash, zlibRpm], ['zlib']);

/** The tar of each layer; with a source of numbers, the RPM database, its log or its journal is changed. */
function archives(random: Random | undefined): readonly Buffer[] {
  const isJournal = random !== undefined && random() < 0.3;
  const { database, wal, journal } = isJournal ? unfinished : logged;
  const changed = random === undefined ? undefined : pick(random, ['database', 'companion'] as const);
  const mutate = (bytes: Buffer) => {
    if (random === undefined) return bytes;
    const near = pick(random, [100, 120, 4096, bytes.length]);
    return random() < 0.5 ? mutateNumber(bytes, random, near) : mutateBytes(bytes, random, near);
  };
  const companion = wal ?? journal ?? Buffer.alloc(0);
  const place = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
  return [
    tarOf(itemsOf(goodFiles)),
    tarOf(
      itemsOf({
        [place]: changed === 'database' ? mutate(database) : database,
        [`${place}-${isJournal ? 'journal' : 'wal'}`]:
          changed === 'companion' ? mutate(companion) : companion,
        'usr/lib/rpm/macros': '%_usr /usr\n%_dbpath %{_usr}/lib/sysimage/rpm\n',
      }),
    ),
    tarOf([
      { path: 'usr/share/a-very-long-name-'.padEnd(150, 'x'), form: 'pax', content: 'x' },
      { path: 'usr/share/plain', content: 'x' },
      { path: 'usr/share/hard', flag: '1', link: 'usr/share/plain' },
      { path: 'usr/share/soft', flag: '2', link: '../lib/os-release' },
      {
        path: 'usr/share/sparse',
        form: 'sparse-1.0',
        content: Buffer.concat([Buffer.alloc(4096), Buffer.from('x')]),
      },
      { path: 'usr/share/.wh.gone' },
    ]),
  ];
}

/** A target that has the blobs as a registry has them, which takes whatever it is given. */
function targetOf(
  blobs: ReadonlyMap<Digest, { readonly descriptor: Descriptor; readonly bytes: Uint8Array }>,
): ReadableTarget {
  const find = (digest: string) => {
    const found = blobs.get(digest as Digest);
    if (found === undefined) throw new NotFoundError('memory has no such blob');
    return found;
  };
  return {
    name: 'memory',
    resolve: async (digest) => find(digest).descriptor,
    exists: async ({ digest }) => blobs.has(digest),
    fetch: (descriptor) =>
      verified(
        (async function* () {
          const { bytes } = find(descriptor.digest);
          for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
        })(),
        descriptor,
        'a blob of memory',
      ),
    referrers: async () => [],
  };
}
