import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captured } from '#test/captured';
import { dataObject, snapshotObject } from '#test/release/custom-resources';
import { main } from '../main.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-release-bad-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const DIGEST = `sha256:${'1'.repeat(64)}`;
const good = snapshotObject({ image: `127.0.0.1:1/a/b@${DIGEST}` });
const components = [{ name: 'image', repository: '127.0.0.1:1/a/c', tags: ['1'] }];
const data = { mapping: { components } };

// No registry is at that address: what is wrong with files is told before any is asked.
test.for<[what: string, snapshot: unknown, data: object, message: RegExp]>([
  ['a file that is no YAML', 'a: [', data, /s\.yaml is not YAML/],
  [
    'an object of another kind',
    { ...good, kind: 'Release' },
    data,
    /s\.yaml is to have one Snapshot of appstudio\.redhat\.com\/v1alpha1, and has Release of/,
  ],
  [
    'an object of another API',
    { ...good, apiVersion: 'v1' },
    data,
    /s\.yaml is to have one Snapshot of .*, and has Snapshot of v1$/m,
  ],
  ['an empty file', '', data, /s\.yaml is to have one Snapshot of .*, and has no object/],
  [
    'two of one kind',
    `${JSON.stringify(good)}\n---\n${JSON.stringify(good)}`,
    data,
    /s\.yaml is to have one Snapshot of .*, and has 2 of them/,
  ],
  [
    'a field of another type',
    { ...good, spec: { components: [{ name: 'a' }] } },
    data,
    /Snapshot in \S+s\.yaml:1 is not valid: spec\.components\[0\]\.containerImage: /,
  ],
  [
    'two components of one name',
    { ...good, spec: { components: [...good.spec.components, ...good.spec.components] } },
    data,
    /two components of the name "image"/,
  ],
  [
    'another application',
    { ...good, spec: { ...good.spec, application: 'b' } },
    data,
    /Snapshot tenant\/snap is of b, and ReleasePlan tenant\/plan of app/,
  ],
  [
    'an image without a digest',
    snapshotObject({ image: '127.0.0.1:1/a/b:1' }),
    data,
    /component "image" has the containerImage "127\.0\.0\.1:1\/a\/b:1", which is no image by digest/,
  ],
  ['data without a mapping', good, {}, /the data of the release is not valid: mapping/],
  [
    'a mapping that is not valid',
    good,
    { mapping: { components: [{ name: 'image' }] } },
    /mapping\.components\[0\] \(ReleasePlan tenant\/plan in \S+rp\.yaml\): expected repositories, or repository/,
  ],
  [
    'no component on both sides',
    good,
    { mapping: { components: [{ ...components[0], name: 'typo' }] } },
    /no component is both in the Snapshot and in the mapping/,
  ],
  [
    'a key of an admission',
    good,
    { ...data, releaseNotes: { cpe: 'x' } },
    /only a ReleasePlanAdmission may set releaseNotes\.cpe of ReleasePlan tenant\/plan/,
  ],
  ['a mode that is none', good, { ...data, singleComponentMode: 'maybe' }, /singleComponentMode/],
  [
    'one component of a Snapshot that was made by hand',
    good,
    { ...data, singleComponentMode: true },
    /Snapshot in \S+s\.yaml says no single component/,
  ],
])('%s is refused with 4 and one message', async ([, snapshot, given, message]) => {
  const files = [await file('s.yaml', snapshot), await file('rp.yaml', dataObject(given))] as const;

  const { stdout, stderr, code } = await captured(() =>
    main(['release', 'plan', '--snapshot', files[0], '--releaseplan', files[1]]),
  );

  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
});

const image = { name: 'image', arches: ['amd64'], oses: ['linux'], shasum: DIGEST, urls: [] };
const move = { url: '127.0.0.1:1/a/c:1', to: DIGEST, from: DIGEST };
const release = dataObject({}, 'Release');

test.for<[what: string, results: unknown, message: RegExp]>([
  [
    'no object at all',
    '',
    /results is to have one Release of appstudio\.redhat\.com\/v1alpha1, and has no object/,
  ],
  ['JSON of something else', {}, /the results in \S+results is not valid: images: /],
  ['a Snapshot', good, /results is to have one Release of .*, and has Snapshot of/],
  ['a Release that has not ended', release, /Release in \S+results:1 has no status\.artifacts/],
  [
    'artifacts without images',
    { ...release, status: { artifacts: { x: 1 } } },
    /status\.artifacts of Release in \S+results:1 is not valid: images: /,
  ],
  ['results of upstream', { images: [image] }, /does not say what the tags of image named before/],
  [
    'a move of no tag',
    { images: [{ ...image, moves: [{ ...move, url: '127.0.0.1:1/a/c' }] }] },
    /images\[0\]\.moves\[0\]\.url: expected registry\/repository:tag/,
  ],
  [
    'a move to no digest',
    { images: [{ ...image, moves: [{ ...move, to: 'x' }] }] },
    /images\[0\]\.moves\[0\]\.to: expected a digest/,
  ],
  [
    'two moves of one tag',
    { images: [{ ...image, moves: [move, { ...move, from: undefined }] }] },
    /two moves of 127\.0\.0\.1:1\/a\/c:1, which are not the same/,
  ],
])('%s is nothing to undo', async ([, results, message]) => {
  const path = await file('results', results);

  for (const args of [
    ['plan', '--undo', path],
    ['undo', path],
  ]) {
    const { stdout, stderr, code } = await captured(() => main(['release', ...args]));

    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  }
});

test('a file that is not there is named', async () => {
  const { stderr, code } = await captured(() => main(['release', 'undo', join(folder, 'none')]));

  expect(stderr).toMatch(/there is no file \S+none/);
  expect(code).toBe(4);
});
