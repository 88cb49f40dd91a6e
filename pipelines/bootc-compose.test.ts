import { expect, test } from 'vitest';
import { pipelineObject } from '#lib/catalog';
import { defineImages, type ImagesEntry } from '#lib/images';
import { toYaml } from '#lib/tekton';
import { fedoraBootc, images } from '../gitops/fedora-bootc.ts';
import { pipeline } from './bootc-compose.ts';
import { composePipeline } from './from-images/compose-pipeline.ts';

const object = (one = pipeline) => pipelineObject(one, { image: 'steps' }, {});
const tasks = object().spec?.tasks ?? [];
const built = images.images.filter(({ made }) => made.of !== 'compose').map(({ name }) => name);
const task = (name: string) => tasks.find((one) => one.name === name);

test('each image has a chain, the gate waits for all checks, and each push asks the gate alone', () => {
  const checks = built.flatMap((name) => [`sanity-check-${name}`, `bootc-lint-${name}`]);

  expect(task('gate')?.runAfter).toEqual(checks);
  for (const [index, name] of built.entries()) {
    const push = task(`push-${name}`);
    expect(push?.when).toEqual([
      { input: name, operator: 'in', values: ['$(tasks.gate.results.PROMOTE[*])'] },
    ]);
    const digest = push?.params?.find((param) => param.name === 'IMAGE_DIGEST');
    expect(digest?.value).toBe(`$(tasks.gate.results.DIGESTS[${index}])`);
    const asks = [...JSON.stringify(push).matchAll(/\$\(tasks\.(?<from>[a-z-]+)/g)].map(
      ({ groups }) => groups?.from,
    );
    expect(new Set(asks)).toEqual(new Set(['gate']));
  }
});

// skipBecauseParentTaskWasSkipped: a gate behind a check that was skipped for another reason than its `when` would not run.
test.for(built)('what the gate waits for of %s has a `when` on every result that it takes', (name) => {
  for (const check of [task(`sanity-check-${name}`), task(`bootc-lint-${name}`)]) {
    const asked = JSON.stringify(check?.when);
    expect(asked).toContain(`$(tasks.index-${name}.results.`);
    expect(JSON.stringify(check?.params)).toContain(`$(tasks.index-${name}.results.`);
    expect(check?.runAfter).toBeUndefined();
  }
});

test('builds, indexes and sanity checks may fail, and nothing else', () => {
  const mayFail = tasks.flatMap(({ name = '', onError }) => (onError === 'continue' ? [name] : []));

  expect(mayFail.sort()).toEqual(
    built.flatMap((name) => [`build-${name}`, `index-${name}`, `sanity-check-${name}`]).sort(),
  );
  expect(tasks.filter(({ retries = 0 }) => retries > 0)).toEqual([]);
});

test('an image that another one stands on is its first FROM, by the digest of this run, if it has passed', () => {
  const layered = composePipeline(
    'bootc-compose',
    defineImages(withImages([{ name: 'demo', from: 'standard', containerfile: 'demo/Containerfile' }])),
  );
  const build = object(layered).spec?.tasks?.find(({ name }) => name === 'build-demo');

  expect(build?.params).toContainEqual({
    name: 'FROM_IMAGE',
    value: '$(tasks.index-standard.results.IMAGE_REF)',
  });
  expect(build?.when).toContainEqual({
    input: '$(tasks.sanity-check-standard.results.VERDICT)',
    operator: 'in',
    values: ['PASSED', 'WARNED'],
  });
  const bases = object(layered).spec?.tasks?.find(({ name }) => name === 'gate')?.params;
  expect(bases).toContainEqual({ name: 'BASES', value: ['demo=standard'] });
});

test('a sixth image is one entry of the set, and all else follows', () => {
  const more = composePipeline(
    'bootc-compose',
    defineImages(withImages([{ name: 'sixth', manifest: 'fedora-sixth' }])),
  );

  const names = (object(more).spec?.tasks ?? []).flatMap(({ name }) => name ?? []);
  expect(names.filter((name) => name.endsWith('-sixth'))).toEqual(
    ['build', 'index', 'sanity-check', 'bootc-lint', 'push'].map((part) => `${part}-sixth`),
  );
  expect(object(more).spec?.results?.map(({ name }) => name)).toContain('sixth-image');
  const production = object(more).spec?.params?.find(({ name }) => name === 'production-images');
  expect(Object.keys(production?.properties ?? {})).toContain('sixth');
});

test.for([1, 5, 30])('of %i images the webhooks take it, and it fits into a bundle', (count) => {
  const names = Array.from({ length: count }, (_, index) => `image-with-a-name-of-its-own-${index}`);

  const made = object(composePipeline('bootc-compose', defineImages(onlyImages(names))));

  // pipelineObject has validated it by the webhook's rules; what is left are sizes.
  expect(made.spec?.tasks).toHaveLength(2 + 5 * count);
  // A resolved object travels as base64 in a status of etcd (tektoncd/cli#2434).
  expect(Buffer.byteLength(toYaml(made))).toBeLessThan(1_000_000);
});

function withImages(more: ImagesEntry['images']): ImagesEntry {
  return { ...fedoraBootc, images: [...fedoraBootc.images, ...more] };
}

function onlyImages(names: readonly string[]): ImagesEntry {
  const [compose, ...others] = fedoraBootc.images;
  if (compose === undefined) throw new Error('there is no image of the compose');
  const [stream] = fedoraBootc.streams;
  const plain = { ...fedoraBootc.flow, plain: names[0] ?? '' };
  return {
    ...fedoraBootc,
    flow: plain,
    images: [compose, ...names.map((name) => ({ name, manifest: 'fedora-standard' }))],
    streams: stream === undefined || others.length === 0 ? [] : [stream],
  };
}
