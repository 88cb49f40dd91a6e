import { expect, test } from 'vitest';
import { build, checked, known, object, params, take, withBuild } from '#test/known-tasks';
import { validate } from './validate.ts';

test('a pipeline that uses its tasks as they are meant has no problem', () => {
  const problems = validate(
    object(
      {
        params: [
          { name: 'l', type: 'array' },
          { name: 'f', enum: ['oci'] },
          { name: 'o', properties: { url: {} } },
        ],
        results: [
          { name: 'digest', value: '$(tasks.build.results.digest)' },
          { name: 'size', value: '$(tasks.build.results.meta.size)' },
        ],
      },
      {
        ...build,
        ...params(
          ['tags', '$(params.l[*])'],
          ['source', { url: '$(params.o.url)' }],
          ['format', '$(params.f)'],
        ),
      },
      { ...checked, runAfter: ['build'] },
      {
        name: 'list',
        taskRef: { name: 'list' },
        params: [{ name: 'items', value: '$(tasks.check.results.verdict[*])' }],
      },
      { ...take('$(tasks.build.results.layers[0])'), name: 'a' },
      { ...take('$(tasks.build.results.meta.url)@$(tasks.build.results.digest)'), name: 'b' },
      { name: 'c', taskRef: { name: 'list' }, params: [{ name: 'items', value: ['$(params.l[*])', 'x'] }] },
      {
        name: 'd',
        taskRef: { resolver: 'hub', params: [] },
        params: [{ name: 'x', value: '$(tasks.b.results.anything)' }],
      },
    ),
    { ...known, tasks: (ref) => (ref.resolver === undefined ? known.tasks?.(ref) : undefined) },
  );

  expect(problems).toMatchObject([
    {
      path: 'spec.tasks[6].params[0].value',
      message: expect.stringContaining('"anything" is not a named result'),
    },
  ]);
});

test('extra params are no problem of other people, since Tekton ignores them', () => {
  const pipelineWithExtra = withBuild(params(['more', 'a']));

  expect(validate(pipelineWithExtra, { ...known, lenient: true })).toEqual([]);
});

test('a task that nobody knows is not checked', () => {
  expect(
    validate(
      object({}, { name: 'a', taskRef: { name: 'elsewhere' }, params: [{ name: 'x', value: ['a'] }] }),
      known,
    ),
  ).toEqual([]);
});
