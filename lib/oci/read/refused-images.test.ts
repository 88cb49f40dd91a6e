import { expect, test } from 'vitest';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { InvalidManifestError } from '../model/errors.ts';
import type { Target } from '../model/target.ts';
import { createMemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushArtifact } from '../write/push-artifact.ts';
import { pushImage } from '../write/push-image.ts';
import { readImage, readImages } from './read-image.ts';

const D = `sha256:${'a'.repeat(64)}`;
const CONFIG = `{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${D}","size":1}`;
const MEMBER = `"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${D}","size":1`;
test.for([
  [
    `{"schemaVersion":2,"manifests":[{${MEMBER},"platform":{"os":{},"architecture":"amd64"}}]}`,
    'manifests[0].platform.os is no text',
  ],
  [`{"schemaVersion":2,"manifests":[{${MEMBER},"platform":7}]}`, 'manifests[0].platform is no object'],
  [
    `{"schemaVersion":2,"manifests":[{${MEMBER},"annotations":{"a":7}}]}`,
    'manifests[0].annotations["a"] is no text',
  ],
  [`{"schemaVersion":2,"manifests":[{${MEMBER},"artifactType":{}}]}`, 'manifests[0].artifactType is no text'],
  [`{"schemaVersion":2,"manifests":[{${MEMBER},"data":"eA=="}]}`, 'manifests[0].data is not what its digest'],
  [
    `{"schemaVersion":2,"layers":[],"config":{"mediaType":"a/b","digest":"${digestOf('x')}","size":2,"data":"eA=="}}`,
    'config.data is not what its digest names',
  ],
  [`{"schemaVersion":2,"manifests":[],"Layers":[]}`, '"Layers" is read as layers by some and by others not'],
  [
    `{"schemaVersion":2,"manifests":[],"MANIFESTS":[]}`,
    '"MANIFESTS" is read as manifests by some and by others not',
  ],
  [
    `{"schemaVersion":2,"manifests":[],"manife\u017fts":[]}`,
    'is read as manifests by some and by others not',
  ],
  [
    `{"schemaVersion":2,"manifests":[{${MEMBER},"Digest":"${D}"}]}`,
    'manifests[0]."Digest" is read as digest',
  ],
  [`{"schemaVersion":2,"manifests":[],"config":${CONFIG}}`, 'it has config, which belongs to another kind'],
  [`{"schemaVersion":2,"manifests":[],"fsLayers":[]}`, 'it has fsLayers, which belongs to another kind'],
  [
    `{"schemaVersion":2,"layers":[],"config":${CONFIG},"history":[]}`,
    'it has history, which belongs to another kind',
  ],
  [
    `{"schemaVersion":2,"layers":[],"layers":[],"config":${CONFIG}}`,
    'is not JSON that can be read in one way',
  ],
  [`{"schemaVersion":2,"mediaType":7,"layers":[],"config":${CONFIG}}`, 'mediaType is no text'],
  [
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","layers":[],"config":${CONFIG}}`,
    'says of itself that it is a application/vnd.oci.image.index.v1+json, and has the form of an image manifest',
  ],
  [`{"schemaVersion":2,"manifests":[]}`, 'and has the form of an image index'],
] as const)('refuses what clients would take in two ways: %s', async ([text, message]) => {
  await expect(readImages(targetOf(text), '1')).rejects.toThrow(message);
});

test.for([
  ['{"os":{}}', 'os is no text'],
  ['{"config":{"Cmd":"x"}}', 'config.Cmd is no list'],
  ['{"config":{"Cmd":[7]}}', 'config.Cmd[0] is no text'],
  ['{"config":{"Env":{"container":"oci"}}}', 'config.Env is no list'],
  ['{"config":{"StopSignal":37}}', 'config.StopSignal is no text'],
  ['{"config":{"Labels":["a"]}}', 'config.Labels is no object'],
  ['{"config":{"Labels":{"containers.bootc":1}}}', 'config.Labels["containers.bootc"] is no text'],
  ['{"config":{"labels":{}}}', 'config."labels" is read as Labels by some and by others not'],
  ['{"config":[]}', 'config is no object'],
  ['{"rootfs":7}', 'rootfs is no object'],
  ['{"rootfs":{"diff_ids":{}}}', 'has no valid rootfs.diff_ids'],
  ['{"history":[{"empty_layer":"no"}]}', 'history[0].empty_layer is neither true nor false'],
  ['{"os":"linux","os":"linux"}', 'is not JSON that can be read in one way'],
] as const)('refuses the configuration %s', async ([text, message]) => {
  const { target } = await example([]);
  const bytes = Buffer.from(text);
  const config = describe('application/vnd.oci.image.config.v1+json', bytes);
  await target.push(config, bytes);
  const { digest } = await pushRaw(target, { schemaVersion: 2, config, layers: [] }, '1');

  await expect(readImages(target, digest)).rejects.toThrow(message);
});

test('refuses what is no image', async () => {
  const target = createMemoryTarget();
  const parts = [{ mediaType: 'text/plain', content: Buffer.from('x') }];
  const artifact = await pushArtifact(target, { artifactType: 'text/plain', parts });

  await expect(readImage(target, artifact.digest)).rejects.toThrow(
    'is no image: its config is a application/vnd.oci.empty.v1+json',
  );
});

test.for([
  ['nonsense', 'is not JSON'],
  ['[]', 'is no JSON object'],
  ['{"schemaVersion":1}', 'schemaVersion is 1, only 2 is known'],
  ['{"schemaVersion":2}', 'it needs either layers or manifests'],
  ['{"schemaVersion":2,"manifests":{}}', 'manifests is no list'],
  ['{"schemaVersion":2,"layers":[],"config":3}', 'config is no descriptor'],
  [
    '{"schemaVersion":2,"layers":[],"config":{"mediaType":"a","digest":"../../x","size":1}}',
    'config.digest "../../x" is none',
  ],
  [
    `{"schemaVersion":2,"layers":[],"config":{"mediaType":"a","digest":"sha256:${'a'.repeat(64)}","size":-1}}`,
    'config.size is no number of bytes',
  ],
] as const)('says what is wrong with %s', async ([text, message]) => {
  const failure = readImage(targetOf(text), '1');

  await expect(failure).rejects.toThrow(InvalidManifestError);
  await expect(failure).rejects.toThrow(message);
});

test('refuses a configuration with diff_ids that are none', async () => {
  const { target } = await example([]);
  const bytes = Buffer.from('{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["nonsense"]}}');
  const config = describe('application/vnd.oci.image.config.v1+json', bytes);
  await target.push(config, bytes);
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [] }));
  const descriptor = describe('application/vnd.oci.image.manifest.v1+json', manifest);
  await target.push(descriptor, manifest);

  await expect(readImage(target, descriptor.digest)).rejects.toThrow('has no valid rootfs.diff_ids');
});

/** Pushes a document as it is, whatever is in it. */
async function pushRaw(target: Target, document: object, tag: string): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(document));
  const kind = 'manifests' in document ? 'index' : 'manifest';
  const descriptor = describe(`application/vnd.oci.image.${kind}.v1+json`, bytes);
  await target.push(descriptor, bytes);
  await target.tag(descriptor, tag);
  return descriptor;
}

async function example(architectures: readonly string[]) {
  const target = createMemoryTarget();
  const manifests: Descriptor[] = [];
  for (const architecture of architectures) {
    const layer = await packLayer([{ path: 'file', content: architecture }]);
    manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers: [layer] }));
  }
  return { target, manifests };
}

/** A target that gives this text as its manifest, whatever the text is. */
function targetOf(text: string) {
  const bytes = Buffer.from(text);
  const descriptor = describe('application/vnd.oci.image.manifest.v1+json', bytes);
  return {
    ...createMemoryTarget(),
    resolve: async () => descriptor,
    async *fetch() {
      yield bytes;
    },
  };
}
