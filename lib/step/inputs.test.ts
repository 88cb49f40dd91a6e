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
  workspaces: {
    w: { description: 'A workspace.', optional: true },
    ['__proto__']: { description: 'One of a strange name.', optional: true },
  },
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
  [['--URL=u', '--TAGS=a', '--TAGS[', 'b', ']'], 'parameter TAGS is given twice'],
  [['--URL=u', '--TAGS[', 'b', ']', '--TAGS=a'], 'parameter TAGS is given twice'],
  [['--URL=u', '--TAGS', 'a', 'b'], 'argument 2 is not of the form'],
  [['--URL=u', '--TAGS[', 'a'], 'no closing bracket'],
  [['--URL[', 'a', ']'], 'parameter URL is of type string, given as array'],
  [['--URL=u', '--toString=a'], 'there is no parameter toString'],
  [['--URL=u', '--toString[', 'y', ']'], 'there is no parameter toString'],
  [['--URL=u', '--__proto__=a'], 'there is no parameter __proto__'],
  [['--URL=u', '--__proto__.url=a'], 'there is no parameter __proto__'],
  [['--URL=u', '--constructor.prototype=a'], 'there is no parameter constructor'],
  [['--URL=u', '--workspace.w=/a', '--workspace.w=/b'], 'workspace.w is given twice'],
  [['--URL=u', '--workspace.w=', '--workspace.w=/b'], 'workspace.w is given twice'],
  [['--URL=u', '--workspace.w[', '/a', ']'], 'workspace.w is a path, given as array'],
  [['--URL=u', '--workspace.v=/a'], 'there is no workspace v'],
  [['--URL=u', '--workspace.toString=/a'], 'there is no workspace toString'],
  [['--URL=u', '--git.repo.url=a', '--git.repo.url=b'], 'parameter git.repo.url is given twice'],
  [['--URL=u', '--A\n\u001b[31m=1'], 'argument 2 is not of the form'],
  [['--URL=u', '--A\u0007=1'], 'there is no parameter A\\u0007'],
  [['URL=u'], 'argument 1 is not of the form --NAME=value'],
] as const)('refuses %j', ([argv, message]) => {
  expect(() => parseInputs(step, argv)).toThrow(InvalidInputError);
  expect(() => parseInputs(step, argv)).toThrow(message);
});

test('what is inherited is no parameter that could end a list', () => {
  const { params } = parseInputs(step, ['--URL=u', '--TAGS[', 'x', ']', '--toString[', 'y', ']']);

  expect(params.TAGS).toEqual(['x', ']', '--toString[', 'y']);
});

test('a workspace or a key of any name is only that', () => {
  const { workspaces } = parseInputs(step, ['--URL=u', '--workspace.__proto__=/p']);

  expect(Object.keys(workspaces)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(workspaces)).toBe(Object.prototype);
});

test('a workspace that must be bound is there, whatever else is', () => {
  const needs = { ...step, workspaces: { source: { description: 'Sources.' } } };

  expect(parseInputs(needs, ['--URL=u', '--workspace.source=/s']).workspaces.source).toBe('/s');
  for (const argv of [['--URL=u'], ['--URL=u', '--workspace.source=']]) {
    expect(() => parseInputs(needs, argv)).toThrow('workspace source is required');
  }
});

test('a message is as long as it must be, whatever it tells of', () => {
  expect(() => parseInputs(step, [`--${'x'.repeat(100_000)}=1`])).toThrow(/^.{0,400}$/);
});

test('of what is no JSON in the environment nothing is told', () => {
  const parse = () => parseInputs(step, ['--URL=u'], { PARAM_TAGS: 'hunter2' });

  expect(parse).toThrow('environment variable PARAM_TAGS is not JSON');
  expect(parse).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
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

test.for([
  ['--A=--B=c', { A: '--B=c', B: '' }],
  ['--a.b=x', { 'a.b': 'x' }],
] as const)('of %s the first sign counts', ([argument, params]) => {
  const texts = {
    params: { A: Text.default(''), B: Text.default(''), 'a.b': Text.default('') },
    workspaces: {},
  };

  expect(parseInputs(texts, [argument]).params).toMatchObject(params);
});

test('what only ends like an option is none, and a workspace that is not bound is absent', () => {
  expect(() => parseInputs(step, ['x--URL=u'])).toThrow('argument 1 is not of the form');
  expect(parseInputs(step, ['--URL=u', '--workspace.w=']).workspaces).toEqual({});
});

test('a list ends before a workspace and before a key of an object, too', () => {
  for (const next of ['--workspace.w=/p', '--git.repo.url=u']) {
    const wire = ['--URL=u', '--TAGS[', ']', next, '--git.repo.revision=r'];

    expect(parseInputs(step, next.startsWith('--git') ? wire : wire.slice(0, 4)).params.TAGS).toEqual([]);
  }
});

test('what only looks like the end of a list in the middle is an element', () => {
  const { params } = parseInputs(step, ['--URL=u', '--TAGS[', ']', 'x--URL=v', ']', ']']);

  expect(params.TAGS).toEqual([']', 'x--URL=v', ']']);
});

test('a variable has an underscore in place of each sign that none may have', () => {
  const own = { PARAM_URL: 'u', PARAM_GIT_REPO: '{"url":"a","revision":"b"}' };

  expect(parseInputs(step, [], own).params['git.repo']).toEqual({ url: 'a', revision: 'b' });
});

test('a hint names all params', () => {
  expect(() => parseInputs(step, ['--X=1'])).toThrow(
    expect.objectContaining({
      name: 'InvalidInputError',
      hint: 'there are: URL, DEPTH, FORCE, TAGS, WORDS, git.repo; --help explains them',
    }),
  );
});

test('the place in a value is told, of a list by its number', () => {
  const nested = {
    params: { LIST: z.array(z.string()), OBJECT: z.object({ b: z.string() }) },
    workspaces: {},
  };
  const parse = (LIST: unknown, OBJECT: unknown) =>
    parseInputs(nested, [], { PARAM_LIST: JSON.stringify(LIST), PARAM_OBJECT: JSON.stringify(OBJECT) });

  expect(() => parse(['x', 1], {})).toThrow('parameter LIST is not valid: value 2 of 2: ');
  expect(() => parse([], { b: 1 })).toThrow(/^parameter OBJECT\.b is not valid: (?!value)/);
  expect(() => parse({}, {})).toThrow(/^parameter LIST is not valid: (?!value)/);
});

test('hints tell which workspaces there are, and how one is given', () => {
  const optional = { description: 'One.', optional: true };
  const several = { params: {}, workspaces: { a: optional, b: optional, c: { description: 'Another.' } } };
  const hintOf = (hint: string) => expect.objectContaining({ kind: 'usage', hint });

  expect(() => parseInputs(several, [])).toThrow(hintOf('give its path as --workspace.c=/path'));
  expect(() => parseInputs(several, ['--workspace.x=/a'])).toThrow(
    hintOf('there are: a, b, c; --help explains them'),
  );
  expect(() => parseInputs({ params: {}, workspaces: {} }, ['--workspace.x=/a'])).toThrow(
    hintOf('there are: none; --help explains them'),
  );
});

test('by hand a list may be its parts, one after the other', () => {
  expect(parseInputs(step, ['--TAGS=a', '--URL=u', '--TAGS=b c']).params.TAGS).toEqual(['a', 'b c']);
});

test.for([
  ['--TAGS', 'write --TAGS=a --TAGS=b, or --TAGS[ a b ]'],
  ['--URL', 'write --URL=value'],
  ['--git.repo', 'write --git.repo.key=value'],
] as const)('%s alone is told how it is written', ([token, hint]) => {
  expect(() => parseInputs(step, [token, 'a'])).toThrow(expect.objectContaining({ hint }));
});
