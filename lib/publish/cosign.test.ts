import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SLSA_PREDICATE_TYPE, STATEMENT_MEDIA_TYPE } from '#lib/attest';
import {
  createMemoryTarget,
  createRegistryClient,
  fetchBytes,
  fetchManifest,
  isIndex,
  packLayer,
  pushImage,
  pushIndex,
} from '#lib/oci';
import { run } from '#lib/process';
import { defineTask, Text } from '#lib/tekton';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';
import { carryOut, type Item, planPublication } from './index.ts';

const cosign = await goTool('cosign', { mayBuild: process.env.BUILD_COSIGN === '1' });
const env = { COSIGN_PASSWORD: 'not a secret', SIGSTORE_NO_CACHE: '1' };

describe.skipIf(cosign === undefined)('cosign, with a key of its own and no service', () => {
  let folder: string;
  let registry: Registry;
  let image: Item;
  let bundle: Item;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cosign-'));
    registry = await startRegistry();
    [image, bundle] = await publish(registry.host);
    for (const key of ['ours', 'theirs']) await sign('generate-key-pair', '--output-key-prefix', key);
    await sign('signing-config', 'create', '--out', 'services.json');
  }, 120_000);
  afterAll(async () => {
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  test.for(['step image', 'bundle'])('signs a %s, and verifies it by the right key alone', async (what) => {
    const name = nameOf(what === 'bundle' ? bundle : image);

    await sign('sign', ...signing, name);

    const { stdout } = await sign('verify', ...verifying('ours'), name);
    expect(JSON.parse(stdout)).toMatchObject([
      { critical: { image: { 'docker-manifest-digest': name.split('@')[1] } } },
    ]);
    await expect(sign('verify', ...verifying('theirs'), name)).rejects.toThrow(/cosign/);
  });

  test('signs our provenance, and verifies what it says', async () => {
    const statement = await provenanceOf(bundle);
    const predicate = join(folder, 'predicate.json');
    await writeFile(predicate, JSON.stringify(statement.predicate));
    const type = ['--type', 'slsaprovenance1'];

    await sign('attest', ...signing, ...type, '--predicate', predicate, nameOf(bundle));

    const { stdout } = await sign('verify-attestation', ...verifying('ours'), ...type, nameOf(bundle));
    const { payload } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { payload: string };
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toMatchObject({
      predicateType: SLSA_PREDICATE_TYPE,
      subject: [{ digest: { sha256: bundle.root.digest.slice(7) } }],
      predicate: statement.predicate,
    });
  });

  const signing = [
    '--key',
    'ours.key',
    '--signing-config',
    'services.json',
    '--yes',
    '--allow-http-registry',
  ];
  const verifying = (key: string) => [
    '--key',
    `${key}.pub`,
    '--insecure-ignore-tlog',
    '--allow-http-registry',
  ];

  async function sign(...args: string[]) {
    return run(cosign ?? '', args, { cwd: folder, env, timeout: 60_000 });
  }
});

function nameOf({ destination, root }: Item): string {
  return `${destination.name}@${root.digest}`;
}

async function provenanceOf({ destination, root }: Item): Promise<{ readonly predicate: object }> {
  const [referrer] = await destination.referrers(root, { artifactType: STATEMENT_MEDIA_TYPE });
  if (referrer === undefined) throw new Error('there is no provenance');
  const manifest = await fetchManifest(destination, referrer);
  if (isIndex(manifest) || manifest.layers[0] === undefined) throw new Error('it is empty');
  const bytes = await fetchBytes(destination, manifest.layers[0]);
  return JSON.parse(Buffer.from(bytes).toString()) as { predicate: object };
}

async function publish(host: string): Promise<[image: Item, bundle: Item]> {
  const from = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: 'step' }])];
  const manifest = await pushImage(from, { config: { os: 'linux', architecture: 'amd64' }, layers });
  const annotations = { 'org.opencontainers.image.version': '0.1.0' };
  await pushIndex(from, { manifests: [manifest], annotations, tags: ['latest'] });
  const task = defineTask({
    name: 'build',
    version: '0.1.0',
    description: 'Builds.',
    params: { what: Text.describe('What to build.') },
    results: {},
    steps: { build: { cpu: '1', memory: '1Gi', timeout: '1h' } },
  });
  using client = createRegistryClient();
  const plan = await planPublication(client, {
    catalog: { tasks: [task], pipelines: [], stepImage: 'unused' },
    prefix: `${host}/signed`,
    stepImage: { from, reference: 'latest', platforms: ['linux/amd64'] },
    source: { url: 'https://example.com/catalog', revision: 'a'.repeat(40), date: new Date(0) },
  });
  await carryOut(plan);
  return plan.items as [Item, Item];
}
