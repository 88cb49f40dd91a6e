import { expect, test } from 'vitest';
import { colours, noColours } from '#lib/text';
import { captured } from '#test/captured';
import { runCommandLine } from '../command-line.ts';
import { paintFor, type When, whenOf } from './colour.ts';

const terminal = { isTTY: true };
const file = { isTTY: false };

test.for<
  [
    what: string,
    stream: { isTTY: boolean },
    when: When,
    environment: Record<string, string>,
    isColoured: boolean,
  ]
>([
  ['a terminal', terminal, 'auto', {}, true],
  ['a file', file, 'auto', {}, false],
  ['a terminal that knows none', terminal, 'auto', { TERM: 'dumb' }, false],
  ['NO_COLOR', terminal, 'auto', { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', terminal, 'auto', { NO_COLOR: '' }, true],
  ['FORCE_COLOR', file, 'auto', { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, 'auto', { FORCE_COLOR: '0' }, false],
  ['both', file, 'auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ['--color=never over all', terminal, 'never', { FORCE_COLOR: '1' }, false],
  ['--color=always over all', file, 'always', { NO_COLOR: '1', TERM: 'dumb' }, true],
])('%s', ([, stream, when, environment, isColoured]) => {
  expect(paintFor(stream, when, environment)).toBe(isColoured ? colours : noColours);
});

test('the command line is asked before it is read', () => {
  expect(whenOf(['run', '--color', 'always', '-f', 'x'])).toBe('always');
  expect(whenOf(['run', '--color=always', '--color=never'])).toBe('never');
  expect(whenOf(['run', '--color'])).toBe('auto');
  expect(whenOf(['run', '--color', 'red'])).toBe('auto');
});

test('errors are red where colours are wanted', async () => {
  const red = await captured(() => runCommandLine(['render', 'nothere', '--color=always'], undefined));
  const plain = await captured(() => runCommandLine(['render', 'nothere'], undefined));

  expect(red).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('\u001b[31merror:\u001b[39m there is'),
  });
  expect(plain.stderr).toMatch(/^error: there is/);
});
