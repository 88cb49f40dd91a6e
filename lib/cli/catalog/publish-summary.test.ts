import { expect, test } from 'vitest';
import { planPublication } from '#lib/publish';
import { testPublication } from '#test/publication';
import { publishSummary } from './publish-summary.ts';

const publication = testPublication();

test('a line for each in 80 columns, and what is alike for all is told once', async () => {
  const input = await publication.input({ floatingTags: ['{major}.{minor}', 'latest'] });
  const plan = await planPublication(publication.client, input);

  const lines = publishSummary(plan, true).trimEnd().split('\n');

  expect(lines[0]).toMatch(/^127\.0\.0\.1:\d+\/test-\d+\/tekton-catalog, from revision 1{12}$/);
  expect(lines[1]).toMatch(/^\+ steps +0\.1\.0 [0-9a-f]{12}$/);
  expect(lines[4]).toMatch(/^\+ pipeline-all +0\.3\.0 [0-9a-f]{12}$/);
  expect(lines.slice(5)).toEqual([
    '+ to push   = was there   4 in all',
    'tags to move: <version>-111111111111, <version>, <major>.<minor>, latest (of 4)',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('those whose tags are others are named', async () => {
  const input = await publication.input();
  const plan = await planPublication(publication.client, input);
  const items = plan.items.map((item) =>
    item.name === 'check' ? { ...item, isThere: true, tags: [] } : item,
  );

  const text = publishSummary({ ...plan, items }, false);

  expect(text).toMatch(/^= task-check /m);
  expect(text).toContain(
    'tags moved: <version>-111111111111, <version>, latest (of steps, task-build, pipeline-all)\n',
  );
});
