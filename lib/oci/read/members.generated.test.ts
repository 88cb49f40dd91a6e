import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { generatedRuns, randomFrom } from '#test/generated';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { mediaTypeOf } from '../model/media-types.ts';
import { createLayout } from '../stores/layout.ts';
import { readImages } from './read-image.ts';

type Random = () => number;
const ARCHITECTURES = ['amd64', 'arm64', 's390x'];

for (const { count, seed, isFixed, record } of generatedRuns('members', { soak: 200, ci: 30, test: 8 })) {
  test(`whatever skopeo takes from an index was read, or is told, with the seed ${isFixed ? 'that stays' : seed}`, {
    timeout: 1_800_000,
  }, async () => {
    const random = randomFrom(seed);
    let taken = 0;
    let told = 0;
    for (let at = 0; at < count; at += 1) {
      const directory = mkdtempSync(join(tmpdir(), 'members-'));
      const members = makeLayout(directory, random);

      const set = await readImages(createLayout(directory), 'it');

      const all = [...set.images, ...set.others].map(({ descriptor }) => descriptor.digest);
      expect(all.toSorted()).toEqual(members.map(({ digest }) => digest).toSorted());
      for (const architecture of ARCHITECTURES) {
        const digest = await takenBySkopeo(directory, architecture);
        if (digest === undefined) continue;
        taken += 1;
        const isRead = set.images.some(({ descriptor }) => descriptor.digest === digest);
        const other = set.others.find(({ descriptor }) => descriptor.digest === digest);
        if (!isRead) told += 1;
        expect({ members, architecture, digest, accounted: isRead || other?.mayBeChosen }).toMatchObject({
          accounted: true,
        });
      }
      rmSync(directory, { recursive: true });
    }
    expect(taken).toBeGreaterThan(0);
    record({
      cases: count,
      against: 'skopeo copy',
      found: `${taken} taken, ${told} of them not as an image, and told`,
    });
  });
}

/** What `skopeo copy` takes for an architecture; undefined where it takes nothing. */
async function takenBySkopeo(directory: string, architecture: string): Promise<string | undefined> {
  const out = join(directory, `out-${architecture}`);
  const choice = ['--override-os', 'linux', '--override-arch', architecture];
  const done = await run('skopeo', [
    ...choice,
    '--insecure-policy',
    'copy',
    `oci:${directory}:it`,
    `dir:${out}`,
  ]).catch(() => undefined);
  return done && digestOf(readFileSync(join(out, 'manifest.json')));
}

/** Writes an index of members of any kind without checking it, and returns its members. */
function makeLayout(directory: string, random: Random): readonly Descriptor[] {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  mkdirSync(join(directory, 'blobs/sha256'), { recursive: true });
  const add = (mediaType: string, content: object | Buffer): Descriptor => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const descriptor = describe(mediaType, bytes);
    writeFileSync(join(directory, 'blobs', ...descriptor.digest.split(':')), bytes);
    return descriptor;
  };
  const layer = add(mediaTypeOf('layer', 'oci', 'none'), Buffer.alloc(1024));
  const manifestOf = (at: number, isImage: boolean) => {
    const architecture = pick(ARCHITECTURES);
    const config = {
      os: 'linux',
      architecture,
      author: `member ${at}`,
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    };
    const type = isImage ? mediaTypeOf('config') : 'application/vnd.example.config';
    return {
      schemaVersion: 2,
      mediaType: mediaTypeOf('manifest'),
      config: add(type, config),
      layers: [layer],
      annotations: { at: String(at) },
    };
  };
  const members = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, at) => {
    const manifest = add(mediaTypeOf('manifest'), manifestOf(at, random() < 0.8));
    const isNested = random() < 0.1;
    const inner = isNested
      ? add(mediaTypeOf('index'), {
          schemaVersion: 2,
          mediaType: mediaTypeOf('index'),
          manifests: [manifest],
        })
      : manifest;
    const platform = pick([
      ...ARCHITECTURES.map((architecture) => ({ os: 'linux', architecture })),
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
      { os: 'unknown', architecture: 'unknown' },
      { os: 'unknown', architecture: 'amd64' },
      { os: 'Linux', architecture: 'AMD64' },
      undefined,
    ]);
    return {
      ...inner,
      ...(random() < 0.2
        ? { mediaType: pick(['text/plain', 'application/vnd.oci.image.config.v1+json']) }
        : {}),
      ...(platform === undefined ? {} : { platform }),
      ...(random() < 0.1 ? { artifactType: 'application/x' } : {}),
      ...(random() < 0.1 ? { annotations: { 'io.github.containers.compression.zstd': 'true' } } : {}),
    };
  });
  const index = add(mediaTypeOf('index'), {
    schemaVersion: 2,
    mediaType: mediaTypeOf('index'),
    manifests: members,
  });
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': 'it' } };
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  return members;
}
