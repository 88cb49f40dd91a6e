import { expect, test } from 'vitest';
import { createMemoryTarget } from '#lib/oci';
import { diffBundles, formatDiff, packBundle, readBundle, unifiedDiff } from './index.ts';

const step = { name: 'run', image: 'x' };

test('nothing differs in another form, order of keys and order of objects', async () => {
  const before = await bundleOf([task('a', { steps: [step] }), task('b', { steps: [step] })], 'oci');
  const after = await bundleOf(
    [task('b', { steps: [step] }), task('a', { steps: [{ image: 'x', name: 'run' }] })],
    'tkn',
  );

  expect(diffBundles(before, after)).toEqual([]);
});

test('names what came, what went and what changed, by name and not by position', async () => {
  const before = await bundleOf([
    task('gone', { steps: [step] }),
    task('same', { params: [param('a', '1'), param('b', '2')], steps: [step] }),
  ]);
  const after = await bundleOf([
    task('fresh', { steps: [step] }),
    task('same', { params: [param('b', '3'), param('c', '4')], steps: [step] }),
  ]);

  expect(diffBundles(before, after)).toEqual([
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
  const before = await bundleOf([task('a', { steps: [first, second] })]);
  const after = await bundleOf([task('a', { steps: [second, first] })]);

  expect(diffBundles(before, after)).toMatchObject([
    { fields: [{ path: 'spec.steps (order)', before: ['run', 'then'], after: ['then', 'run'] }] },
  ]);
});

test('a list of arguments is told as a whole, and read as the elements that differ', async () => {
  const before = await bundleOf([task('a', { steps: [{ ...step, args: ['one', 'two'] }] })]);
  const after = await bundleOf([task('a', { steps: [{ ...step, args: ['zero', 'one', 'two'] }] })]);

  const [diff] = diffBundles(before, after);

  expect(diff).toMatchObject({ fields: [{ path: 'spec.steps[run].args' }] });
  expect(diff && formatDiff(diff)).toBe('changed task/a\n  spec.steps[run].args\n    + "zero"\n');
});

test('of a script only the lines that differ are read', async () => {
  const before = await bundleOf([
    task('a', { steps: [{ ...step, script: '#!/bin/sh\nmake\nmake test\n' }] }),
  ]);
  const after = await bundleOf([
    task('a', { steps: [{ ...step, script: '#!/bin/sh\nmake \u001b[2J\nmake test\n' }] }),
  ]);

  const [diff] = diffBundles(before, after);

  expect(diff && formatDiff(diff)).toBe(
    'changed task/a\n  spec.steps[run].script\n    - make\n    + make \\u001b[2J\n',
  );
});

test('names that would talk to a terminal are told on one line, and cut', () => {
  const name = `task/\u001b]0;x\u0007\n\u202e${'x'.repeat(3_000)}`;

  const [removed, changed, patch] = [
    formatDiff({ type: 'removed', object: name }),
    formatDiff({ type: 'changed', object: name, fields: [{ path: name, before: name, after: 1 }] }),
    unifiedDiff(name, undefined, undefined),
  ];

  expect(removed).toMatch(/^removed task\/\\u001b\]0;x\\u0007\\n\\u202ex+… \(3013 characters\)\n$/);
  expect(changed.split('\n')).toHaveLength(5);
  for (const text of [removed, changed, patch]) expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
});

test('as text it is a unified diff of the YAML', async () => {
  const before = await bundleOf([task('a', { steps: [step] })]);
  const after = await bundleOf([task('a', { steps: [{ ...step, image: 'z' }] })]);

  const text = unifiedDiff('task/a', before.entries[0], after.entries[0]);

  expect(text).toMatch(/^--- a\/task\/a\n\+\+\+ b\/task\/a\n@@ /);
  expect(text).toContain('\n-    - image: x\n+    - image: z\n');
});

async function bundleOf(objects: readonly object[], format: 'oci' | 'tkn' = 'oci') {
  const target = createMemoryTarget();
  const { digest } = await packBundle(target, objects, { format });
  return readBundle(target, digest);
}

function task(name: string, spec: object) {
  return { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name }, spec };
}

function param(name: string, value: string) {
  return { name, type: 'string', default: value };
}
