import { expect, test } from 'vitest';
import { pipelineManifest } from '#lib/tekton';
import { pipelines } from '../bundles/catalog.ts';

const pipeline = pipelines.find(({ name }) => name === 'bootc-compose');
const tasks = pipeline ? (pipelineManifest(pipeline, { image: 'steps' }).spec?.tasks ?? []) : [];
const variants = ['minimal', 'standard'];

test('production waits for every check of every variant', () => {
  const checks = variants.flatMap((variant) => [`sanity-check-${variant}`, `bootc-lint-${variant}`]);
  const pushes = tasks.filter(({ taskRef }) => taskRef?.name === 'push-to-external-registry');

  expect(pushes.map(({ name }) => name)).toEqual(variants.map((variant) => `push-${variant}`));
  for (const { runAfter } of pushes) expect(runAfter).toEqual(checks);
});

test.for(variants)(
  'bootc-lint of %s runs by digest, beside sanity-check, where the node can run it',
  (variant) => {
    const lint = tasks.find(({ name }) => name === `bootc-lint-${variant}`);
    const check = tasks.find(({ name }) => name === `sanity-check-${variant}`);
    const index = `tasks.index-${variant}.results`;

    expect(lint?.params).toEqual([
      { name: 'IMAGE_URL', value: `$(${index}.IMAGE_URL)` },
      { name: 'IMAGE_DIGEST', value: `$(${index}.IMAGE_DIGEST)` },
      { name: 'LINT_ARGS', value: '$(params.lint-args[*])' },
    ]);
    expect(lint?.when).toEqual([
      { input: `$(${index}.NODE_PLATFORM)`, operator: 'in', values: [`$(${index}.PLATFORMS[*])`] },
    ]);
    expect([lint?.runAfter, lint?.workspaces, check?.runAfter]).toEqual([undefined, undefined, undefined]);
  },
);
