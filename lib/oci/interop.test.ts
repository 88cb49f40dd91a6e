import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  collect,
  copy,
  createLayout,
  createRegistryClient,
  digestOf,
  type Format,
  openLayer,
  packLayer,
  parsePlatform,
  pushArtifact,
  pushImage,
  pushIndex,
  type ReadableTarget,
  readImage,
  readImages,
} from '#lib/oci';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';

const crane = await goTool('crane');
const oras = await goTool('oras');
const client = createRegistryClient({ credentials: async () => undefined });
const config = { os: 'linux', architecture: 'amd64', config: { Labels: { made: 'here' }, Cmd: ['/hello'] } };

let folder: string;
let registry: Registry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-interop-'));
  registry = await startRegistry();
  // buildah builds an image of two layers, from which the images of the other tools are made.
  const context = join(folder, 'context');
  await mkdir(context);
  await writeFile(join(context, 'hello'), 'hello from buildah\n');
  await writeFile(join(context, 'Containerfile'), 'FROM scratch\nCOPY hello /hello\nCOPY hello /again\n');
  await buildah('bud', '--layers', '-t', 'example', context);
  // The layers stay uncompressed, because skopeo keeps the compression that it finds.
  await buildah('push', '--disable-compression', 'example', `oci:${folder}/from-buildah:1`);
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

test.for([
  ['oci', 'gzip', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  ['oci', 'zstd', 'application/vnd.oci.image.layer.v1.tar+zstd'],
  ['v2s2', 'gzip', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
] as const)("reads buildah's image as skopeo pushes it: %s, %s", async ([format, compression, mediaType]) => {
  const name = `${registry.host}/theirs/${format}-${compression}`;
  // The image goes through a folder: skopeo would link a layer that it knows to be in another repository.
  const compressed = `dir:${folder}/${format}-${compression}`;
  const how = ['--format', format, '--dest-compress', '--dest-compress-format', compression];
  await skopeo('copy', ...how, `oci:${folder}/from-buildah:1`, compressed);
  await skopeo('copy', '--preserve-digests', compressed, `docker://${name}:1`);

  const image = await readImage(client.repository(name), '1', { platform: parsePlatform('linux/amd64') });

  expect(image.manifest.layers.map((layer) => layer.mediaType)).toEqual([mediaType, mediaType]);
  expect(await untar(client.repository(name), image, 1)).toContain('hello from buildah');
});

test("reads buildah's layout in place", async () => {
  const layout = createLayout(join(folder, 'from-buildah'));

  const image = await readImage(layout, '1');

  expect(await untar(layout, image, 0)).toContain('hello from buildah');
});

test("copies buildah's image to another repository without a change that skopeo can see", async () => {
  const [from, to] = [`${registry.host}/copy/from`, `${registry.host}/copy/to`];
  await skopeo('copy', '--format', 'v2s2', `oci:${folder}/from-buildah:1`, `docker://${from}:1`);

  await copy(client.repository(from), client.repository(to), { reference: '1', tags: ['2'] });

  const raw = (image: string) => skopeo('inspect', '--raw', `docker://${image}`);
  expect(await raw(`${to}:2`)).toBe(await raw(`${from}:1`));
});

test.for([
  ['oci', 'gzip'],
  ['oci', 'zstd'],
  ['oci', 'none'],
  ['docker', 'gzip'],
] as const)('buildah pulls, mounts and runs on what we push: %s, %s', async ([format, compression]) => {
  const name = `${registry.host}/ours/${format}-${compression}`;
  await pushExample(name, format, compression);

  await buildah('pull', '--tls-verify=false', `${name}:1`);
  const inspected = JSON.parse(await skopeo('inspect', `docker://${name}:1`));
  const container = (await buildah('from', '--pull-never', `${name}:1`)).trim();
  const root = (await buildah('mount', container)).trim();

  expect(await readFile(join(root, 'usr/share/hello'), 'utf8')).toBe('hello');
  expect(inspected).toMatchObject({ Architecture: 'amd64', Labels: { made: 'here' } });
  await buildah('rm', container);
});

test.skipIf(crane === undefined)('crane finds every layer of ours valid, in an index too', async () => {
  const name = `${registry.host}/ours/index`;
  const image = await pushExample(name, 'oci', 'gzip');
  const index = await pushIndex(client.repository(name), { manifests: [image], tags: ['index'] });

  const validated = await run(crane as string, ['validate', '--remote', `${name}:index`]);
  const { stdout } = await run(crane as string, ['digest', `${name}:index`]);

  expect(validated.stdout).toMatch(/PASS/);
  expect(stdout.trim()).toBe(index.digest);
});

test.skipIf(crane === undefined)('reads the index that crane makes', async () => {
  const name = `${registry.host}/crane/index`;
  const image = await pushExample(name, 'oci', 'gzip');
  await run(crane as string, ['index', 'append', '-m', `${name}@${image.digest}`, '-t', `${name}:2`]);

  const { index, images } = await readImages(client.repository(name), '2');

  expect(index?.manifests).toHaveLength(1);
  expect(images[0]?.descriptor.digest).toBe(image.digest);
});

test.skipIf(oras === undefined)('oras discovers and pulls what we attach', async () => {
  const name = `${registry.host}/oras/ours`;
  const subject = await pushExample(name, 'oci', 'gzip');
  const title = { 'org.opencontainers.image.title': 'sbom.json' };
  const sbom = await pushArtifact(client.repository(name), {
    artifactType: 'application/spdx+json',
    subject,
    parts: [{ mediaType: 'application/spdx+json', content: Buffer.from('{"spdx":1}'), annotations: title }],
  });

  const discover = ['discover', '--plain-http', '--format', 'json', `${name}@${subject.digest}`];
  const { stdout } = await run(oras as string, discover);
  const target = join(folder, 'oras');
  await run(oras as string, ['pull', '--plain-http', '-o', target, `${name}@${sbom.digest}`]);

  expect(JSON.stringify(JSON.parse(stdout))).toContain(sbom.digest);
  expect(await readFile(join(target, 'sbom.json'), 'utf8')).toBe('{"spdx":1}');
});

test.skipIf(oras === undefined)('finds and copies what oras attaches', async () => {
  const name = `${registry.host}/oras/theirs`;
  const subject = await pushExample(name, 'oci', 'gzip');
  await writeFile(join(folder, 'note.txt'), 'a note');
  const what = ['--artifact-type', 'text/note', `${name}@${subject.digest}`, 'note.txt:text/plain'];
  await run(oras as string, ['attach', '--plain-http', ...what], { cwd: folder });
  const layout = createLayout(join(folder, 'with-note'));

  await copy(client.repository(name), layout, { reference: subject.digest, tags: ['1'], referrers: true });

  const [note] = await layout.referrers(subject, { artifactType: 'text/note' });
  expect(note).toBeDefined();
  const discover = ['discover', '--oci-layout', '--format', 'json', `${join(folder, 'with-note')}:1`];
  const { stdout } = await run(oras as string, discover);
  expect(stdout).toContain(note?.digest);
});

async function pushExample(name: string, format: Format, compression: 'gzip' | 'zstd' | 'none') {
  const files = [{ path: 'usr/share/hello', content: 'hello' }];
  const layer = await packLayer(files, { format, compression });
  return pushImage(client.repository(name), { config, layers: [layer], tags: ['1'], format });
}

async function untar(
  target: ReadableTarget,
  { manifest, config: { rootfs } }: Awaited<ReturnType<typeof readImage>>,
  index: number,
): Promise<string> {
  const diffId = rootfs.diff_ids[index];
  const layer = manifest.layers[index];
  if (layer === undefined) throw new Error('no such layer');
  const tar = await collect(openLayer(target, layer, { diffId }));
  expect(digestOf(tar)).toBe(diffId);
  return Buffer.from(tar).toString('latin1');
}

async function skopeo(command: string, ...args: string[]): Promise<string> {
  const plain = command === 'copy' ? '--dest-tls-verify=false' : '--tls-verify=false';
  return (await run('skopeo', [command, plain, ...args])).stdout;
}

async function buildah(...args: string[]): Promise<string> {
  // The test has a storage of its own, because others use the machine's.
  const storage = [
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
  ];
  return (await run('buildah', [...storage, ...args])).stdout;
}
