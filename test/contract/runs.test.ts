import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Architecture, makeFixture, type ServedCompose, serveCompose } from '#lib/compose-fixture';
import { imagePlatform } from '#lib/konflux';
import { createRegistryClient, formatPlatform, parseReference, readImages } from '#lib/oci';
import { missing } from '#test/build-pod';
import { type Registry, startRegistry } from '#test/registries/registry';
import { makeGitRepository } from '#test/servers/git-repository';
import { type GitServer, serveGit } from '#test/servers/git-server';
import { shareOf } from '#test/share';
import { bundleInto, ownSteps } from '#test/step-image';
import { readShared, type Usage } from './contract.ts';
import { runUsage } from './run-usage.ts';
import { pushBase, pushRepos } from './stand-in-images.ts';
import { baseImagesSource, buildrootSource, coreosSource, type Source } from './stand-in-sources.ts';
import { type UsedRun, usedRuns } from './usages.ts';

const root = join(import.meta.dirname, '../..');
const pipeline = 'buildah-build-bootc-multi-platform-oci-ta';
const usages = readShared('usages.yaml');
const runs = usages === undefined ? [] : usedRuns((parse(usages) as { readonly build: Usage[] }).build);
/** `.ci/run` runs all of them for all their platforms; else two of them, in `make test` one of the two, for two platforms. */
const isAll = process.env.ALL_USAGES === '1';
const few = shareOf('PipelineRuns of usages.yaml', ['coreos-generated', 'base-images-eln-standard-push'], 1);
const chosen = runs.filter(({ name }) => isAll || few.includes(name));
const fewPlatforms = ['linux/amd64', 'linux/s390x'];
const architectures = (
  isAll ? ['x86_64', 'aarch64', 'ppc64le', 's390x'] : ['x86_64', 's390x']
) as Architecture[];

let folder: string;
let compose: ServedCompose;
let registry: Registry;
let server: GitServer;
let places: Parameters<typeof coreosSource>[0];
const client = createRegistryClient();

const without = [...(usages === undefined ? ['../shared/contract'] : []), ...missing];
const skipped = without.length === 0 ? '' : ` (skipped: no ${without.join(', no ')})`;

describe.skipIf(without.length > 0)(`from clone to push-dockerfile${skipped}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'runs-'));
    const directory = join(folder, 'compose');
    await makeFixture({ directory, cache: join(root, '.cache'), architectures });
    [compose, registry, server] = await Promise.all([
      serveCompose(directory),
      startRegistry(),
      serveGit(join(folder, 'git')),
      bundleInto(join(folder, 'steps'), ownSteps),
    ]);
    const at = (name: string) => `${registry.host}/fixture/${name}:43`;
    const repository = (name: string) => client.repository(parseReference(at(name)));
    const served = { directory, url: compose.url };
    await pushBase(repository('base'), served, architectures);
    await pushRepos(repository('repos'), served, architectures);
    places = { base: at('base'), repos: at('repos'), compose: compose.url, architectures };
  }, 600_000);
  afterAll(async () => {
    client[Symbol.dispose]();
    server.close();
    await Promise.all([compose.close(), registry.stop()]);
    rmSync(folder, { recursive: true });
  });

  test.for(chosen)('$name', { timeout: 600_000 }, async (used) => {
    const { form, source, params } = standInOf(used);
    const platforms = platformsOf(used);

    const { code, output, image, commit } = await runOn(used, source, { ...params, platforms });

    expect(code, output).toBe(0);
    const repository = client.repository(parseReference(image));
    const { root: index, images } = await readImages(repository, parseReference(image).tag ?? '');
    expect(images.map(({ config }) => formatPlatform(config)).sort()).toEqual(
      platforms.map((platform) => formatPlatform(imagePlatform(platform))).sort(),
    );
    for (const { config } of images) {
      const labels = config.config?.Labels ?? {};
      expect(labels).toMatchObject({ 'vcs-ref': commit, ...labelsOf(used, form) });
      expect(labels['quay.expires-after']).toBe(used.params['image-expires-after']);
    }
    const tags: string[] = [];
    for await (const tag of repository.tags()) tags.push(tag);
    expect(tags).toContain(`${index.digest.replace(':', '-')}.dockerfile`);
    expect(tags).toEqual(
      expect.arrayContaining(platforms.map((one) => `on-run-${one.replaceAll(/[^a-zA-Z0-9]/g, '-')}`)),
    );
  });

  test.runIf(isAll)('two runs of one commit give equal digests', { timeout: 600_000 }, async () => {
    const used = chosen.find(({ name }) => name === 'coreos-generated') as UsedRun;
    const run = () =>
      runOn(used, coreosSource(places), {
        platforms: platformsOf(used),
        repository: 'twice',
        more: ['source-date-epoch=1700000000', 'rewrite-timestamp=true'],
      });
    const digestOf = async (image: string) =>
      (await client.repository(parseReference(image)).resolve(parseReference(image).tag ?? '')).digest;

    const first = await run();
    expect(first.code, first.output).toBe(0);
    const digest = await digestOf(first.image);
    const second = await run();

    expect(second.code, second.output).toBe(0);
    expect(second.commit).toBe(first.commit);
    expect(await digestOf(second.image)).toBe(digest);
  });
});

interface StandIn {
  readonly form: 'coreos' | 'buildroot' | 'base-images';
  readonly source: Source;
  readonly params: { readonly buildArgs?: string };
}

function standInOf({ name, params }: UsedRun): StandIn {
  if (name.startsWith('coreos-buildroot'))
    return { form: 'buildroot', source: buildrootSource(places), params: {} };
  if (name.startsWith('coreos')) return { form: 'coreos', source: coreosSource(places), params: {} };
  const own = (params['build-args'] as readonly string[]).filter((one) => !one.startsWith('REPOS_IMAGE='));
  const buildArgs = [`REPOS_IMAGE=${places.repos}`, ...own].join(',');
  return { form: 'base-images', source: baseImagesSource(places), params: { buildArgs } };
}

function platformsOf({ params }: UsedRun): readonly string[] {
  const own = params['build-platforms'] as readonly string[] | undefined;
  if (own === undefined) return ['linux/x86_64'];
  return isAll ? own : own.filter((one) => fewPlatforms.includes(one));
}

/** What the image has of the labels of the run, and of those of its Containerfile. */
function labelsOf({ params }: UsedRun, form: StandIn['form']): Readonly<Record<string, string>> {
  const given = ((params.labels ?? []) as readonly string[]).map((one) => {
    const at = one.indexOf('=');
    return [one.slice(0, at), one.slice(at + 1)];
  });
  const own = {
    coreos: { 'com.coreos.osname': 'fedora-coreos' },
    buildroot: {},
    'base-images': { 'containers.bootc': '1', 'org.opencontainers.image.version': 'rawhide' },
  };
  return { ...own[form], ...Object.fromEntries(given) };
}

interface Chosen {
  readonly platforms: readonly string[];
  readonly buildArgs?: string;
  readonly repository?: string;
  /** Further params. */
  readonly more?: readonly string[];
}

/**
 * Runs it by the command line, as its user has it but for where the source is and the image goes, that checks are
 * skipped, and that the build is not in a container of its own, for which there is no host.
 */
async function runOn(used: UsedRun, source: Source, { platforms, buildArgs, repository, more = [] }: Chosen) {
  const { name, yaml } = used;
  const path = join(folder, 'git', repository ?? name);
  const git = await makeGitRepository(path);
  const commit = await git.commit(source);
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, yaml);
  const image = `${registry.host}/usages/${repository ?? name}:on-run`;
  const params = [
    `git-url=${server.url}/${repository ?? name}`,
    `revision=${commit}`,
    `output-image=${image}`,
    'skip-checks=true',
    'privileged-nested=false',
    ...(used.params['build-platforms'] === undefined ? [] : [`build-platforms=${platforms.join(',')}`]),
    ...(buildArgs === undefined ? [] : [`build-args=${buildArgs}`]),
    ...more,
  ];
  const { code, stdout, stderr } = await runUsage(
    { name, file, pipeline },
    '--network',
    'host',
    '--output',
    'plain',
    '--runs-directory',
    join(folder, 'kept'),
    ...params.flatMap((param) => ['-p', param]),
    '--image-map',
    `*=rootfs:/,user=65532:0,mount=${join(folder, 'steps')}:/usr/libexec/bootc-catalog`,
  );
  // The next one may be of the same place.
  rmSync(path, { recursive: true });
  return { code, output: `${stdout.split('\n').slice(-120).join('\n')}\n${stderr}`, image, commit };
}
