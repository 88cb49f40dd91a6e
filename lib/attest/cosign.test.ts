import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createMemoryTarget,
  createRegistryClient,
  type Digest,
  fetchBytes,
  fetchManifest,
  isIndex,
  packLayer,
  pushImage,
  type Target,
} from '#lib/oci';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { startRegistry } from '#test/registries/registry';
import { attestImage, readSigningKey, signImage } from './index.ts';

const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const statement = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://slsa.dev/provenance/v0.2',
  subject: [],
  predicate: { buildType: 'tekton.dev/v1/PipelineRun' },
};

function about(name: string, digest: Digest): typeof statement {
  return Object.assign({}, statement, { subject: [{ name, digest: { sha256: digest.slice(7) } }] });
}

async function image(target: Target) {
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const { digest } = await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers });
  return digest;
}

async function layersUnder(target: Target, tag: string) {
  const manifest = await fetchManifest(target, await target.resolve(tag));
  if (isIndex(manifest)) throw new Error('it is an index');
  return Promise.all(
    manifest.layers.map(async (layer) => ({
      ...layer,
      text: Buffer.from(await fetchBytes(target, layer)).toString(),
    })),
  );
}

test('a signature is of the digest, once for each key', async () => {
  const target = createMemoryTarget();
  const digest = await image(target);
  const input = { digest, repository: 'quay.io/a/b' };

  const done = [
    await signImage(target, { ...input, key }),
    await signImage(target, { ...input, key }),
    await signImage(target, { ...input, key: other }),
  ];

  expect(done).toEqual([true, false, true]);
  const layers = await layersUnder(target, `${digest.replace(':', '-')}.sig`);
  const [layer] = layers;
  expect(layers).toHaveLength(2);
  expect(JSON.parse(layer?.text ?? '')).toMatchObject({
    critical: {
      identity: { 'docker-reference': 'quay.io/a/b' },
      image: { 'docker-manifest-digest': digest },
    },
  });
  const signature = Buffer.from(layer?.annotations?.['dev.cosignproject.cosign/signature'] ?? '', 'base64');
  expect(verify('sha256', Buffer.from(layer?.text ?? ''), publicKey, signature)).toBe(true);
});

test('a statement is kept beside those of others, once for each key', async () => {
  const target = createMemoryTarget();
  const digest = await image(target);

  const done = [
    await attestImage(target, { digest, key, statement }),
    await attestImage(target, { digest, key, statement }),
    await attestImage(target, { digest, key: other, statement }),
    await attestImage(target, { digest, key, statement: about('x', digest) }),
  ];

  expect(done).toEqual([true, false, true, true]);
  const layers = await layersUnder(target, `${digest.replace(':', '-')}.att`);
  expect(layers.map(({ mediaType }) => mediaType)).toEqual(
    Array.from({ length: 3 }, () => 'application/vnd.dsse.envelope.v1+json'),
  );
  const { payload, payloadType } = JSON.parse(layers[0]?.text ?? '') as {
    payload: string;
    payloadType: string;
  };
  expect(payloadType).toBe('application/vnd.in-toto+json');
  expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toEqual(statement);
});

const cosign = await goTool('cosign', { mayBuild: process.env.BUILD_COSIGN === '1' });

describe.skipIf(cosign === undefined)('cosign itself', () => {
  test('verifies both by the key that it has made, and by no other', async () => {
    await using registry = await startRegistry();
    const folder = await mkdtemp(join(tmpdir(), 'cosign-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const call = (...args: readonly string[]) =>
      run(cosign ?? '', args, {
        cwd: folder,
        env: { COSIGN_PASSWORD: 'not a secret', SIGSTORE_NO_CACHE: '1' },
      });
    await call('generate-key-pair', '--output-key-prefix', 'ours');
    await call('generate-key-pair', '--output-key-prefix', 'theirs');
    const ours = await readSigningKey(await readFile(join(folder, 'ours.key'), 'utf8'), 'not a secret');
    using client = createRegistryClient();
    const target = client.repository(`${registry.host}/a/b`);
    const digest = await image(target);
    const name = `${registry.host}/a/b@${digest}`;
    await signImage(target, { digest, key: ours, repository: `${registry.host}/a/b` });
    await attestImage(target, {
      digest,
      key: ours,
      statement: about('a/b', digest),
    });
    const by = (key: string) => [
      '--key',
      `${key}.pub`,
      '--insecure-ignore-tlog',
      '--allow-http-registry',
      '--new-bundle-format=false',
    ];

    const signed = await call('verify', ...by('ours'), name);
    const attested = await call('verify-attestation', ...by('ours'), '--type', 'slsaprovenance02', name);

    expect(createPublicKey(ours).asymmetricKeyType).toBe('ec');
    expect(JSON.parse(signed.stdout)).toMatchObject([
      { critical: { image: { 'docker-manifest-digest': digest } } },
    ]);
    expect(attested.stdout).toContain('"payloadType":"application/vnd.in-toto+json"');
    await expect(call('verify', ...by('theirs'), name)).rejects.toThrow(/cosign/);
    await expect(
      call('verify-attestation', ...by('theirs'), '--type', 'slsaprovenance02', name),
    ).rejects.toThrow(/cosign/);
  });
});
