import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, packLayer, parseReference, pushImage, pushIndex } from '#lib/oci';
import { run } from '#lib/process';
import type { Registry } from '#lib/registry';
import { goTool } from '#test/registries/go-tool';
import { bundledProgram } from '../bundled-program.ts';
import type { Command } from '../measure.ts';
import { rowsOf } from '../rows.ts';
import { emptyRegistry, startScratchRegistry } from '../scratch-registry.ts';
import { table } from '../table.ts';

const COMPONENTS = 5;
const PLATFORMS = ['amd64', 'arm64', 'ppc64le', 's390x'];
const TAGS = ['43-1', '43', 'latest'];
/** Bytes of each of the two layers of a platform. */
const LAYER = 1024 * 1024;

/** A release of five components of four platforms to three tags each, against a call of others for each tag. */
export async function benchRelease(runs: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-release-'));
  try {
    await using staging = await startScratchRegistry(join(directory, 'staging'));
    await using production = await startScratchRegistry(join(directory, 'production'));
    const digests = await pushComponents(staging.host);
    await pushComponents(production.host);
    const push = await bundledProgram(join(import.meta.dirname, 'push.ts'), directory);
    const [crane, oras, cosign] = await Promise.all([
      goTool('crane'),
      goTool('oras'),
      goTool('cosign', { mayBuild: false }),
    ]);
    const rounds = { runs, warmUps: 1, memoryRuns: 1 };
    const ours = (from: Registry): Command => {
      const file = join(directory, `snapshot-${from.host}.json`);
      writeFileSync(file, JSON.stringify(snapshotOf(from.host, production.host, digests)));
      return { program: process.execPath, args: [push, file] };
    };
    /** A call for each tag, one after the other. */
    const eachTag = (from: Registry) => {
      const list = join(directory, `pairs-${from.host}`);
      const pairs = pairsOf(from.host, production.host, digests);
      const write = (name: string, lines: readonly string[]) => {
        writeFileSync(`${list}-${name}`, `${lines.join('\n')}\n`);
        return `${list}-${name}`;
      };
      const plain = write(
        'plain',
        pairs.map(({ source, target }) => `${source} ${target}`),
      );
      const docker = write(
        'docker',
        pairs.map(({ source, target }) => `docker://${source} docker://${target}`),
      );
      const tags = write(
        'tags',
        pairs.map(({ target }) => target),
      );
      const each = (file: string, count: number, command: readonly string[]): Command => ({
        program: 'xargs',
        args: ['-a', file, '-n', String(count), ...command],
      });
      const skopeo = [
        'skopeo',
        'copy',
        '--quiet',
        '--all',
        '--preserve-digests',
        '--src-tls-verify=false',
        '--dest-tls-verify=false',
      ];
      const copies = {
        skopeo: each(docker, 2, skopeo),
        ...(crane && { crane: each(plain, 2, [crane, 'copy', '--insecure']) }),
        ...(cosign && { cosign: each(plain, 2, [cosign, 'copy', '-f', '--allow-http-registry']) }),
      };
      return {
        copies,
        resolve:
          oras === undefined ? {} : { 'oras resolve': each(tags, 1, [oras, 'resolve', '--plain-http']) },
      };
    };
    // cosign 3.1.3 ended with MANIFEST_BLOB_UNKNOWN in a run where distribution had lost its files before: it is left out.
    const before = (commands: Readonly<Record<string, Command>>, body: () => void) =>
      Object.fromEntries(
        Object.entries(commands)
          .filter(([name]) => name !== 'cosign')
          .map(([name, command]) => [name, { ...command, before: body }]),
      );
    const release = ours(staging);
    const others = eachTag(staging);

    await run(release.program, release.args);
    const there = rowsOf('all there', release, { ...others.copies, ...others.resolve }, rounds);

    const lacks = (name: string) => () =>
      rmSync(join(production.storage, 'docker/registry/v2/repositories', name), {
        recursive: true,
        force: true,
      });
    const oneNew = lacks('production/c0');
    const one = rowsOf(
      'one of five new',
      { ...release, before: oneNew },
      before(others.copies, oneNew),
      rounds,
    );

    const withinRelease = ours(production);
    const within = eachTag(production);
    const noneThere = lacks('production');
    const mounts = rowsOf(
      'cold, within one registry',
      { ...withinRelease, before: noneThere },
      before(within.copies, noneThere),
      rounds,
    );

    const nothing = () => emptyRegistry(production);
    const cold = rowsOf(
      'cold, to another',
      { ...release, before: nothing },
      before(others.copies, nothing),
      rounds,
    );
    return table([...there, ...one, ...mounts, ...cold]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Under `staging` of a registry; the same content in each that is asked for. */
const layers = new Map<string, Buffer>();

async function pushComponents(host: string): Promise<readonly string[]> {
  using client = createRegistryClient();
  const digests: string[] = [];
  for (let component = 0; component < COMPONENTS; component++) {
    const target = client.repository(parseReference(`${host}/staging/c${component}`));
    const manifests = [];
    for (const architecture of PLATFORMS) {
      const parts = await Promise.all(
        ['system', 'data'].map((part) => {
          const key = `${component} ${architecture} ${part}`;
          const content = layers.get(key) ?? randomBytes(LAYER);
          layers.set(key, content);
          return packLayer([{ path: part, content }], { compression: 'none' });
        }),
      );
      manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers: parts }));
    }
    digests.push((await pushIndex(target, { manifests })).digest);
  }
  return digests;
}

function snapshotOf(from: string, to: string, digests: readonly string[]): object {
  return {
    components: digests.map((digest, index) => ({
      name: `c${index}`,
      containerImage: `${from}/staging/c${index}@${digest}`,
      repositories: [{ url: `${to}/production/c${index}`, tags: TAGS }],
    })),
  };
}

/** Neighbours are of different repositories: skopeo gives up where two of it write one tag's repository at once. */
function pairsOf(from: string, to: string, digests: readonly string[]) {
  return TAGS.flatMap((tag) =>
    digests.map((digest, index) => ({
      source: `${from}/staging/c${index}@${digest}`,
      target: `${to}/production/c${index}:${tag}`,
    })),
  );
}
