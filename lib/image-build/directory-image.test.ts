import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copy, createMemoryTarget, NotFoundError, packLayer, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { createDirectoryImage } from './directory-image.ts';

let scratch: string;
let directory: string;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'directory-image-'));
  directory = join(scratch, 'image');
  await writeImage('oci');
});
afterEach(() => rmSync(scratch, { recursive: true }));

test.for(['oci', 'docker'] as const)(
  'skopeo reads what is written, and what skopeo writes is read: the same bytes of the format %s',
  async (format) => {
    rmSync(directory, { recursive: true });
    const digest = await writeImage(format);
    const other = join(scratch, 'other');

    await run('skopeo', ['copy', '--preserve-digests', `dir:${directory}`, `dir:${other}`]);

    const target = createMemoryTarget();
    const { root } = await copy(createDirectoryImage(other), target, { reference: 'any' });
    expect(root.digest).toBe(digest);
    expect(root.mediaType).toContain(`.${format}.`);
  },
);

test.for<[string, () => void, string]>([
  ['nothing is there', () => rmSync(directory, { recursive: true }), 'there is no image in'],
  ['no manifest is there', () => rmSync(manifest()), 'there is no'],
  ['a blob is missing', () => rmSync(blob()), 'there is no'],
  ['the directory is a link', () => symlink(directory), 'there is no image in'],
  ['the manifest is a link', () => symlink(manifest()), 'it is a link'],
  ['a blob is a link', () => symlink(blob()), 'it is a link'],
  ['the manifest is a pipe', () => pipe(manifest()), 'it is no file'],
  ['a blob is a pipe', () => pipe(blob()), 'it is no file'],
  ['a blob is a directory', () => directoryAt(blob()), 'it is no file'],
  ['a blob is longer', () => writeFileSync(blob(), 'x', { flag: 'a' }), 'is longer than'],
  ['a blob is shorter', () => writeFileSync(blob(), 'x'), 'bytes instead of'],
  [
    'a blob is another',
    () => writeFileSync(blob(), Buffer.alloc(readFileSync(blob()).length)),
    'has the digest',
  ],
  ['the manifest is too long', () => writeFileSync(manifest(), Buffer.alloc(5_000_000)), '4194304 bytes'],
  ['the manifest is no JSON', () => writeFileSync(manifest(), '\x1b['), 'is not JSON'],
  [
    'the manifest is an index',
    () => writeFileSync(manifest(), '{"schemaVersion":2,"manifests":[]}'),
    'no manifest of one image',
  ],
  ['a layer is the manifest itself', () => writeFileSync(manifest(), nested()), 'manifest.json'],
])('where %s, nothing is copied', async ([, spoil, message]) => {
  spoil();
  const target = createMemoryTarget();

  const failure = copy(createDirectoryImage(directory), target, { reference: 'any', tags: ['1'] });

  await expect(failure).rejects.toThrow(message);
  await expect(target.resolve('1')).rejects.toThrow(NotFoundError);
});

async function writeImage(format: 'oci' | 'docker'): Promise<string> {
  const source = createMemoryTarget();
  const layer = await packLayer([{ path: 'file', content: 'content' }], { format });
  const config = { os: 'linux', architecture: 'amd64' };
  const { digest } = await pushImage(source, { config, layers: [layer], format });
  await copy(source, createDirectoryImage(directory), { reference: digest });
  return digest;
}

const manifest = () => join(directory, 'manifest.json');
const parsed = () =>
  JSON.parse(readFileSync(manifest(), 'utf8')) as { layers: { digest: string; mediaType: string }[] };
const blob = () => join(directory, parsed().layers[0]?.digest.replace('sha256:', '') ?? '');

function symlink(path: string): void {
  renameSync(path, join(scratch, 'elsewhere'));
  symlinkSync(join(scratch, 'elsewhere'), path);
}

function directoryAt(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

function pipe(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path]);
}

function nested(): string {
  const { layers, ...rest } = parsed();
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return JSON.stringify({ ...rest, layers: layers.map((layer) => ({ ...layer, mediaType })) });
}
