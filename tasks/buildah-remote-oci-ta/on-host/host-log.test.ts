import { expect, test } from 'vitest';
import { openHostLog } from './host-log.ts';

const takes = (...lines: readonly string[]) => {
  const said: string[] = [];
  const log = {
    info: (text: string) => said.push(text),
    warn: (text: string) => said.push(`warning: ${text}`),
    error: (text: string) => said.push(`error: ${text}`),
  };
  const host = openHostLog(log);
  lines.forEach(host.line);
  return { said, failure: host.failure() };
};

test('lines are said again, results are not', () => {
  const { said, failure } = takes(
    'pulling a',
    '[buildah] error: of a RUN line',
    'warning: careful',
    'result IMAGE_URL=x',
  );

  expect(said).toEqual(['pulling a', '[buildah] error: of a RUN line', 'warning: careful']);
  expect(failure).toBeUndefined();
});

test('the error there is the error here, with its hint', () => {
  const { said, failure } = takes('pulling a', 'error: cannot pull a', '  and b', 'hint: log in');

  expect(said).toEqual(['pulling a']);
  expect(failure).toMatchObject({ message: 'cannot pull a\n  and b', hint: 'log in' });
});
