import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachSbom } from '#lib/attest';
import {
  createRegistryClient,
  packLayer,
  parseReference,
  pushImage,
  pushIndex,
  type RegistryClient,
} from '#lib/oci';
import { goodStatement, spdx, taskOf, tell } from '#test/conforma/good-run';
import { type Registry, startRegistry } from '#test/registries/registry';
import { parseStatement, readEvidence } from './index.ts';

let registry: Registry;
let client: RegistryClient;
let base: string;
let image: string;
let index: string;
let sbomUrl: string;
const sbom = { ...spdx(), name: 'attached' };

beforeAll(async () => {
  registry = await startRegistry();
  client = createRegistryClient({ retry: { attempts: 1 } });
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const imageOf = (name: string, Labels: Record<string, string>, annotations: Record<string, string> = {}) =>
    pushImage(client.repository(`${registry.host}/${name}`), {
      config: { os: 'linux', architecture: 'amd64', config: { Labels } },
      layers,
      annotations,
    });
  base = (await imageOf('base', { of: 'base' })).digest;
  const made = await imageOf('image', { of: 'image' }, baseOf(base));
  const repository = client.repository(`${registry.host}/image`);
  image = made.digest;
  index = (await pushIndex(repository, { manifests: [made] })).digest;
  const digest = await attachSbom(repository, made, {
    type: 'spdx',
    content: Buffer.from(JSON.stringify(sbom)),
  });
  sbomUrl = `${registry.host}/image@${digest}`;
});
afterAll(async () => {
  client[Symbol.dispose]();
  await registry.stop();
});

const baseOf = (digest: string) => ({
  'org.opencontainers.image.base.name': `${registry.host}/base:1`,
  'org.opencontainers.image.base.digest': digest,
});
const named = (digest: string) => `${registry.host}/image@${digest}`;

/** A run whose tasks are of bundles that are here, and of one that is not. */
function statement() {
  const run = goodStatement();
  run.predicate.buildConfig.tasks = run.predicate.buildConfig.tasks.filter(
    ({ name }) => name === 'build-images',
  );
  taskOf(run, 'build-images').ref = { bundle: `${registry.host}/image@${image}`, name: 'a' };
  tell(run, 'build-images', 'IMAGE_DIGEST', image);
  tell(run, 'build-images', 'SBOM_BLOB_URL', sbomUrl);
  return run;
}

test('reads labels, the parent, the SBOM once, and annotations of bundles', async () => {
  const statements = [parseStatement(statement())];

  const evidence = await readEvidence(client, { image: named(image), statements });

  expect(evidence).toMatchObject({
    image: named(image),
    isIndex: false,
    labels: { of: 'image' },
    parent: { reference: `${registry.host}/base@${base}`, labels: { of: 'base' } },
    sboms: [sbom],
  });
  expect(evidence.sbomBlobs).toEqual(new Map([[sbomUrl, sbom]]));
  expect(evidence.bundles).toEqual(new Map([[named(image), baseOf(base)]]));
});

test('an index has the labels of its image, and no SBOM of another', async () => {
  const statements = [parseStatement(statement())];

  const evidence = await readEvidence(client, { image: named(index), statements });

  expect(evidence).toMatchObject({ isIndex: true, labels: { of: 'image' }, sboms: [] });
});

test('a bundle, a parent and an image of sources that are not there are told as such', async () => {
  const gone = `sha256:${'0'.repeat(64)}`;
  const run = statement();
  taskOf(run, 'build-images').ref = { bundle: `${registry.host}/none@${gone}`, name: 'a' };
  tell(run, 'build-images', 'SOURCE_IMAGE_URL', `${registry.host}/none:1`);
  tell(run, 'build-images', 'SOURCE_IMAGE_DIGEST', gone);
  const repository = client.repository(parseReference(`${registry.host}/image`));
  const orphan = await pushImage(repository, {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [await packLayer([{ path: 'b', content: 'b' }])],
    annotations: baseOf(gone),
  });

  const evidence = await readEvidence(client, {
    image: named(orphan.digest),
    statements: [parseStatement(run)],
  });

  expect(evidence.bundles.size).toBe(0);
  expect(evidence.reachable.size).toBe(0);
  expect(evidence.parent).toEqual({ reference: `${registry.host}/base@${gone}`, labels: null });
});

test('what is no SBOM is an error, and so is an image that is not there', async () => {
  const run = statement();
  const repository = client.repository(`${registry.host}/image`);
  const digest = await attachSbom(repository, await repository.resolve(index), {
    type: 'spdx',
    content: Buffer.from('[]'),
  });
  tell(run, 'build-images', 'SBOM_BLOB_URL', `${registry.host}/image@${digest}`);
  const statements = [parseStatement(run)];

  await expect(readEvidence(client, { image: named(image), statements })).rejects.toThrow(
    'is no JSON object',
  );
  await expect(readEvidence(client, { image: named(base), statements: [] })).rejects.toThrow('no such image');
  await expect(readEvidence(client, { image: `${registry.host}/image:1`, statements })).rejects.toThrow(
    'has no digest',
  );
});

test('a statement that is none is refused, by its fields', () => {
  expect(() => parseStatement({ ...goodStatement(), predicate: {} })).toThrow(
    'not SLSA provenance v0.2: predicate.buildType',
  );
});
