import { afterEach, expect, test, vi } from 'vitest';
import { parseGitUrl } from './git-url.ts';

afterEach(() => vi.unstubAllEnvs());

test.for<[text: string, url: string]>([
  ['https://h/r.git', 'https://h/r.git'],
  ['https://user:SECRET@h/r.git', 'https://h/r.git'],
  ['https://SECRET@h/r.git', 'https://h/r.git'],
  ['http://user:SEC%2FRET@h:81/r', 'http://h:81/r'],
  ['ssh://git:SECRET@h/r', 'ssh://git@h/r'],
  ['ssh://git@h:22/r', 'ssh://git@h:22/r'],
  ['git@h:r', 'git@h:r'],
  ['file:///a/b', 'file:///a/b'],
  ['/a/b', '/a/b'],
  ['./a', './a'],
])('git is given %s as %s', ([text, url]) => {
  expect(parseGitUrl(text).url).toBe(url);
});

test.for([
  'https://u:a/SECRET@h/r',
  'ftp://u:SECRET@h/r',
  'ext::SECRET',
  '--upload-pack=x',
  'http://u:SECRET@',
])('refuses %s without a word of a password', (text) => {
  expect(() => parseGitUrl(text)).toThrow('not the address of a git repository');
  expect(() => parseGitUrl(text)).toThrow(/^(?!.*:[^@"]*SECRET.*@)/);
});

test('who asks is told in the environment, for this server alone, beside what is there', () => {
  vi.stubEnv('GIT_CONFIG_COUNT', '1');

  expect(parseGitUrl('https://u:p@h:81/a/b').login).toEqual({
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_1: 'http.https://h:81/.extraHeader',
    GIT_CONFIG_VALUE_1: 'Authorization: Basic dTpw',
  });
  expect(parseGitUrl('https://u@h/a').login).toMatchObject({
    GIT_CONFIG_KEY_1: 'credential.https://h.username',
    GIT_CONFIG_VALUE_1: 'u',
  });
});
