import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Count, Flag, Text } from '#lib/tekton';
import { InvalidInputError, parseInputs } from './inputs.ts';

const step = {
  params: {
    URL: Text,
    DEPTH: Count.default(1),
    FORCE: Flag.default(false),
    TAGS: z.array(z.string()).default([]),
    WORDS: z.array(z.string().regex(/^\w+$/, 'expected a word')).default([]),
    'git.repo': z.object({ url: z.string(), revision: z.string() }).default({ url: '', revision: 'main' }),
  },
  workspaces: {},
};

test('reads strings, lists, objects and workspaces', () => {
  const argv = [
    '--URL=a=b',
    '--TAGS[',
    'x',
    '--URL',
    '',
    ']',
    '--git.repo.url=u',
    '--git.repo.revision=r',
    '--workspace.w=/p',
  ];

  const inputs = parseInputs(step, argv);

  expect(inputs.params).toEqual({
    URL: 'a=b',
    DEPTH: 1,
    FORCE: false,
    TAGS: ['x', '--URL', ''],
    WORDS: [],
    'git.repo': { url: 'u', revision: 'r' },
  });
  expect(inputs.workspaces).toEqual({ w: '/p' });
});

test('takes from the environment what no argument gives', () => {
  const inputs = parseInputs(step, ['--DEPTH=2'], { PARAM_URL: 'u', PARAM_DEPTH: '9', PARAM_TAGS: '["a"]' });

  expect(inputs.params).toMatchObject({ URL: 'u', DEPTH: 2, TAGS: ['a'] });
});

test.for([
  [[], 'parameter URL is required'],
  [['--URL=u', '--DEPT=1'], 'there is no parameter DEPT'],
  [['--URL=u', '--DEPTH=secret'], 'parameter DEPTH is not valid: expected a whole number'],
  [['--URL=u', '--FORCE=yes'], 'parameter FORCE is not valid'],
  [['--URL=u', '--WORDS[', 'a', 'b c', ']'], 'parameter WORDS is not valid: value 2 of 2: expected a word'],
  [['--URL=u', '--git.repo.url=u'], 'parameter git.repo.revision is not valid'],
  [['--URL=u', '--URL=v'], 'parameter URL is given twice'],
  [['--URL=u', '--TAGS=a'], 'parameter TAGS is of type array, given as string'],
  [['--URL=u', '--TAGS[', 'a'], 'no closing bracket'],
  [['--URL[', 'a', ']'], 'parameter URL is of type string, given as array'],
  [['URL=u'], 'argument 1 is not of the form --NAME=value'],
] as const)('refuses %j', ([argv, message]) => {
  expect(() => parseInputs(step, argv)).toThrow(InvalidInputError);
  expect(() => parseInputs(step, argv)).toThrow(message);
});

test('never says a value in an error', () => {
  expect(() => parseInputs(step, ['--URL=u', '--DEPTH=hunter2'])).toThrow(/^(?!.*hunter2)/);
});

test('gives back any list that stands before the other parameters, or refuses it', () => {
  const element = fc.oneof(
    fc.string(),
    fc.constantFrom(']', '[', '--URL=evil', '--TAGS[', '--workspace.x=/', '--DEPTH=7'),
  );

  fc.assert(
    fc.property(fc.array(element), (tags) => {
      let params: { URL: string; TAGS: string[]; DEPTH: number };
      try {
        ({ params } = parseInputs(step, ['--TAGS[', ...tags, ']', '--URL=mine', '--DEPTH=3']));
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInputError);
        return;
      }
      expect(params).toMatchObject({ URL: 'mine', TAGS: tags, DEPTH: 3 });
    }),
    { numRuns: 2_000 },
  );
});
