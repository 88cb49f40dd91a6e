import { expect, test } from 'vitest';
import { explain } from '#lib/errors';
import { createMemoryTarget, describe, packLayer, pushImage } from '#lib/oci';
import { packBundle, readBundle } from './index.ts';
import { parseObject } from './parse-object.ts';

// A bundle of somebody else causes no hang, no stack trace, no terminal sequence, no message without end.

const yaml = 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec:\n  steps: [{image: x}]\n';
const ESCAPES = '\u001b]0;pwned\u0007\u009b31m\n';
const STRANGE = `${ESCAPES}${'x'.repeat(1024 * 1024)}`;

test('keys take time by their number, not by its square', () => {
  const time = (count: number) => {
    const text = `${yaml}${keys(count)}`;
    const started = performance.now();
    expect(parseObject(text).object).toBeDefined();
    return performance.now() - started;
  };
  time(1_000);

  // The ratio would be sixteen if each were compared with all before it.
  expect(time(40_000) / time(10_000)).toBeLessThan(10);
});

test('a key that is there twice is found among many, and in any depth', () => {
  const { complaints } = parseObject(
    `${yaml}${keys(40_000)}  k39999: again\n  deep: [[{x: {p: 1, p: 2}}]]\n`,
  );

  expect(complaints.map((text) => text.replace(/.*unique/, ''))).toEqual([
    ' at line 40006, column 3: "k39999"',
    ' at line 40007, column 22: "p"',
  ]);
});

test('10,000 keys that are there twice are told in a few lines', () => {
  const { complaints } = parseObject(`${yaml}${keys(10_000)}${keys(10_000)}`);

  expect(complaints).toHaveLength(10);
});

test.for<[name: string, annotations: Record<string, unknown>]>([
  ['a number', { 'dev.tekton.image.kind': 7 }],
  ['a list', { 'dev.tekton.image.name': ['a'] }],
  ['truth', { 'dev.tekton.image.apiVersion': true }],
])('an annotation that is %s is refused by name', async ([, annotations]) => {
  const target = createMemoryTarget();
  const layer = await packLayer([{ path: 'a', content: yaml }], {
    annotations: annotations as Record<string, string>,
  });
  const config = { os: 'linux', architecture: 'amd64' };
  await pushImage(createMemoryTarget(), { config, layers: [] });

  const failure = await (async () => {
    const root = await pushRaw(target, { ...layer.descriptor, annotations });
    return readBundle(target, root);
  })().catch((error: unknown) => error);

  expect(explain(failure)).toMatch(/layers\[0\]\.annotations\["dev\.tekton\.image\.\w+"\] is no text$/);
});

test.for<[name: string, text: string, annotations: Record<string, string>]>([
  ['a name', yaml.replace('name: a', `name: ${JSON.stringify(STRANGE)}`), {}],
  ['a kind', yaml.replace('kind: Task', `kind: ${JSON.stringify(STRANGE)}`), {}],
  ['a version', yaml.replace('tekton.dev/v1', JSON.stringify(STRANGE)), {}],
  ['a field', `${yaml}  ${JSON.stringify(ESCAPES + 'x'.repeat(1000))}: 1\n`, {}],
  ['an annotated name', yaml, { 'dev.tekton.image.name': STRANGE }],
  ['an annotated kind', yaml, { 'dev.tekton.image.kind': STRANGE }],
  ['10,000 unknown fields', `${yaml}${keys(10_000)}`, {}],
  ['no YAML', `${ESCAPES}{{{${STRANGE}`, {}],
])('of %s that is hostile little is told, and visibly', async ([, text, own]) => {
  const target = createMemoryTarget();
  const annotations = {
    'dev.tekton.image.apiVersion': 'v1',
    'dev.tekton.image.kind': 'task',
    'dev.tekton.image.name': 'a',
    ...own,
  };
  const config = { os: 'linux', architecture: 'amd64' };
  const { digest } = await pushImage(target, {
    config,
    layers: [await packLayer([{ path: 'a', content: text }], { annotations })],
  });

  const { problems } = await readBundle(target, digest);

  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThan(60);
  for (const { message } of problems) expect(message).toMatch(/^[ -~…]{1,1200}$/u);
});

test.for<[name: string, object: unknown]>([
  ['a name', { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: STRANGE }, spec: {} }],
  ['a kind', { apiVersion: 'tekton.dev/v1', kind: STRANGE, metadata: { name: 'a' }, spec: {} }],
  ['a version', { apiVersion: STRANGE, kind: 'Task', metadata: { name: 'a' }, spec: {} }],
  ['a field', { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: 'a' }, spec: { [STRANGE]: 1 } }],
  [
    '10,000 fields',
    {
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      metadata: { name: 'a' },
      spec: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 1])),
    },
  ],
])('packing refuses %s that is hostile in a line', async ([, object]) => {
  const failure = await packBundle(createMemoryTarget(), [object as object]).catch(explain);

  expect(failure).toMatch(/^[ -~…]{1,15000}(?:\nhint: [ -~]+)?$/u);
});

test.for([
  [32_256, []],
  [32_257, ['tkn reads 32256 of its 32257 bytes, and cannot list it']],
  [66_205, ['tkn reads 32256 of its 66205 bytes, and cannot list it']],
] as const)('tkn lists an object of so many bytes, or not: %i', async ([size, messages]) => {
  const target = createMemoryTarget();
  const head = { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: 'a' } };
  const of = (description: string) => ({ ...head, spec: { description, steps: [{ image: 'x' }] } });
  const length = size - JSON.stringify(of('')).length;
  const { digest } = await packBundle(target, [of('x'.repeat(length))]);

  const { problems } = await readBundle(target, digest);

  expect(problems).toEqual(messages.map((message) => ({ by: 'tkn', at: 'task/a', message })));
});

function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `  k${index}: v\n`).join('');
}

/** A manifest that no builder of ours would make. */
async function pushRaw(target: ReturnType<typeof createMemoryTarget>, layer: object): Promise<string> {
  const config = Buffer.from('{}');
  const configDescriptor = describe('application/vnd.oci.empty.v1+json', config);
  await target.push(configDescriptor, config);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType, config: configDescriptor, layers: [layer] }),
  );
  const descriptor = describe(mediaType, bytes);
  await target.push(descriptor, bytes);
  return descriptor.digest;
}
