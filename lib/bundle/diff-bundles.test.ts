import { expect, test } from 'vitest';
import { createMemoryTarget } from '#lib/oci';
import { diffObjects, packBundle, readBundle, textDiff } from './index.ts';

const step = { name: 'run', image: 'x' };

test('nothing differs in another form, order of keys and order of objects', async () => {
  const before = await entriesOf([task('a', { steps: [step] }), task('b', { steps: [step] })], 'oci');
  const after = await entriesOf(
    [task('b', { steps: [step] }), task('a', { steps: [{ image: 'x', name: 'run' }] })],
    'tkn',
  );

  expect(diffObjects(before, after)).toEqual([]);
});

test('names what came, what went and what changed, by name and not by position', async () => {
  const before = await entriesOf([
    task('gone', { steps: [step] }),
    task('same', { params: [param('a', '1'), param('b', '2')], steps: [step] }),
  ]);
  const after = await entriesOf([
    task('fresh', { steps: [step] }),
    task('same', { params: [param('b', '3'), param('c', '4')], steps: [step] }),
  ]);

  expect(diffObjects(before, after)).toEqual([
    { type: 'added', object: 'task/fresh' },
    { type: 'removed', object: 'task/gone' },
    {
      type: 'changed',
      object: 'task/same',
      fields: [
        { path: 'spec.params[a]', before: param('a', '1'), after: undefined },
        { path: 'spec.params[b].default', before: '2', after: '3' },
        { path: 'spec.params[c]', before: undefined, after: param('c', '4') },
      ],
    },
  ]);
});

test('the order of steps is a difference', async () => {
  const [first, second] = [step, { name: 'then', image: 'x' }];
  const before = await entriesOf([task('a', { steps: [first, second] })]);
  const after = await entriesOf([task('a', { steps: [second, first] })]);

  expect(diffObjects(before, after)).toMatchObject([
    { fields: [{ path: 'spec.steps (order)', before: ['run', 'then'], after: ['then', 'run'] }] },
  ]);
});

test('as text it is a unified diff of the YAML', async () => {
  const [before] = await entriesOf([task('a', { steps: [step] })]);
  const [after] = await entriesOf([task('a', { steps: [{ ...step, image: 'z' }] })]);

  const text = textDiff('task/a', before, after);

  expect(text).toMatch(/^--- a\/task\/a\n\+\+\+ b\/task\/a\n@@ /);
  expect(text).toContain('\n-    - image: x\n+    - image: z\n');
});

async function entriesOf(objects: readonly object[], format: 'oci' | 'tkn' = 'oci') {
  const target = createMemoryTarget();
  const { digest } = await packBundle(target, objects, { format });
  return (await readBundle(target, digest)).entries;
}

function task(name: string, spec: object) {
  return { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name }, spec };
}

function param(name: string, value: string) {
  return { name, type: 'string', default: value };
}
