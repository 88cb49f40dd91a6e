import { expect, test } from 'vitest';
import { readTriggers } from './index.ts';

test('the labels of ONBUILD, and instructions by their number in the image', () => {
  const { labels, containerfile } = readTriggers(['LABEL a=1 "b c"=2', 'RUN <<E', 'x', 'E'], 'a.example/b:1');

  expect([...labels]).toEqual(['a', 'b c']);
  expect(containerfile.stages[0]?.slice(1)).toMatchObject([
    { keyword: 'LABEL', line: 1 },
    { keyword: 'RUN', line: 2, hereDocuments: [{ name: 'E' }] },
  ]);
});

test.for<[string, string]>([
  ['COPY --from=other /a /', 'COPY names another image'],
  ['RUN --mount=type=bind,from=q.io/a:1 true', 'RUN names another image'],
  ['FROM q.io/a:1', 'FROM names another image'],
  ['NOTHING x', '"NOTHING" is no instruction'],
  ['LABEL $X=1', 'the name of the label $X depends on a variable'],
])('%s is refused by the image', ([instruction, message]) => {
  expect(() => readTriggers([instruction], 'a.example/b:1')).toThrow(message);
  expect(() => readTriggers([instruction], 'a.example/b:1')).toThrow(/^ONBUILD of "a\.example\/b:1":/);
});
