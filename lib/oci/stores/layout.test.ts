import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { InvalidManifestError, NotFoundError } from '../model/errors.ts';
import { DigestMismatchError } from '../model/mismatch.ts';
import type { Target } from '../model/target.ts';
import { packLayer } from '../write/pack.ts';
import { pushImage, pushIndex } from '../write/push-image.ts';
import { createLayout } from './layout.ts';

const config = { os: 'linux', architecture: 'amd64' };
const blob = Buffer.from('content');
const descriptor = describe('application/octet-stream', blob);

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-layout-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('is what the image-spec says a layout is', async () => {
  const { layout, path } = create();

  const image = await pushExample(layout, ['1']);

  expect(JSON.parse(await readFile(join(path, 'oci-layout'), 'utf8'))).toEqual({
    imageLayoutVersion: '1.0.0',
  });
  const index = JSON.parse(await readFile(join(path, 'index.json'), 'utf8'));
  expect(index).toMatchObject({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ digest: image.digest, annotations: { 'org.opencontainers.image.ref.name': '1' } }],
  });
  expect(await readdir(join(path, 'blobs'))).toEqual(['sha256']);
});

test('lists a manifest without a name until its index comes', async () => {
  const { layout, path } = create();
  const image = await pushExample(layout);
  const listed = async () =>
    JSON.parse(await readFile(join(path, 'index.json'), 'utf8')).manifests.map(
      ({ digest }: { digest: string }) => digest,
    );

  const before = await listed();
  const index = await pushIndex(layout, { manifests: [image] });

  expect(before).toEqual([image.digest]);
  expect(await listed()).toEqual([index.digest]);
  // A manifest that is only inside of an index is still found by its digest.
  expect((await layout.resolve(image.digest)).mediaType).toBe(image.mediaType);
});

test('a tag moves, and a manifest may have several', async () => {
  const { layout } = create();
  const one = await pushExample(layout, ['1', 'latest'], 'one');
  const two = await pushExample(layout, ['2', 'latest'], 'two');

  const digests = await Promise.all(
    ['1', '2', 'latest'].map(async (tag) => (await layout.resolve(tag)).digest),
  );

  expect(digests).toEqual([one.digest, two.digest, two.digest]);
});

test('tags that are written at the same time are all there', async () => {
  const { layout } = create();
  const image = await pushExample(layout);
  const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);

  await Promise.all(tags.map((tag) => layout.tag(image, tag)));

  for (const tag of tags) expect((await layout.resolve(tag)).digest).toBe(image.digest);
});

test('keeps nothing of content that is wrong', async () => {
  const { layout, path } = create();

  await expect(layout.push(descriptor, Buffer.from('contenT'))).rejects.toThrow(DigestMismatchError);
  await expect(layout.push(descriptor, Buffer.from('short'))).rejects.toThrow('5 bytes instead of 7');

  expect(await layout.exists(descriptor)).toBe(false);
  expect(await readdir(join(path, 'blobs/sha256'))).toEqual([]);
});

test('notices a blob that has rotted on the disk', async () => {
  const { layout, path } = create();
  await layout.push(descriptor, blob);
  await writeFile(join(path, 'blobs', ...descriptor.digest.split(':')), 'rotten!');

  await expect(collect(layout.fetch(descriptor))).rejects.toThrow(DigestMismatchError);
});

test('says what is not there', async () => {
  const { layout, path } = create();

  await expect(layout.resolve('1')).rejects.toThrow(`${path} has no tag 1`);
  await expect(layout.resolve(descriptor.digest)).rejects.toThrow(NotFoundError);
  await expect(collect(layout.fetch(descriptor))).rejects.toThrow(`${path} has no ${descriptor.digest}`);
  await expect(layout.tag(descriptor, '1')).rejects.toThrow(NotFoundError);
});

test('takes no manifest before its parts', async () => {
  const { layout } = create();
  const layer = await packLayer([{ path: 'a' }]);
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [layer.descriptor] }),
  );
  const root = describe('application/vnd.oci.image.manifest.v1+json', manifest);

  await expect(layout.push(root, manifest)).rejects.toThrow(NotFoundError);

  expect(await layout.exists(root)).toBe(false);
});

test('refuses a broken index.json', async () => {
  const { layout, path } = create();
  await mkdir(path);
  await writeFile(join(path, 'index.json'), '{"schemaVersion":2,"manifests":[{}]}');

  const failure = layout.resolve('1');

  await expect(failure).rejects.toThrow(InvalidManifestError);
  await expect(failure).rejects.toThrow('manifests[0].mediaType is missing');
});

test('an aborted push leaves nothing behind', async () => {
  const { layout, path } = create();
  const controller = new AbortController();
  async function* content() {
    yield blob.subarray(0, 1);
    controller.abort(new Error('stop it'));
    yield blob.subarray(1);
  }

  await expect(layout.push(descriptor, content, { signal: controller.signal })).rejects.toThrow('stop it');

  expect(await readdir(join(path, 'blobs/sha256'))).toEqual([]);
});

function create() {
  const path = join(folder, `layout-${count++}`);
  return { path, layout: createLayout(path) };
}

async function pushExample(target: Target, tags: readonly string[] = [], content = 'content') {
  return pushImage(target, { config, layers: [await packLayer([{ path: 'file', content }])], tags });
}
