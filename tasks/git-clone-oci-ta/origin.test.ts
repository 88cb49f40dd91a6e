import { expect, test } from 'vitest';
import { parseOrigin } from './origin.ts';

test.for([
  ['https://host.example/a/b', 'https://host.example'],
  ['https://host.example:8443/a/b.git/', 'https://host.example:8443'],
  ['http://127.0.0.1:80/a', 'http://127.0.0.1'],
  ['ssh://git@host.example:2222/a/b.git', undefined],
  ['git@host.example:a/b.git', undefined],
  ['host.example:a', undefined],
  ['git://host.example/a', undefined],
  ['file:///srv/a', undefined],
  ['/srv/a', undefined],
] as const)('%s stays as it is', ([url, site]) => {
  expect(parseOrigin('url', url)).toEqual({ url, site, userinfo: undefined });
});

test('who asks is kept apart from the address', () => {
  expect(parseOrigin('url', 'https://me:s%40cret@host.example/a')).toEqual({
    url: 'https://host.example/a',
    site: 'https://host.example',
    userinfo: { username: 'me', password: 's@cret' },
  });
  expect(parseOrigin('url', 'ssh://git:secret@host.example/a').url).toBe('ssh://git@host.example/a');
});

test.for([
  '',
  '--upload-pack=touch /tmp/x',
  '-x',
  'ext::sh -c id',
  'ext::id',
  'fd::7',
  'ftp://host.example/a',
  'https://host.example/a b',
  'https://host.example/a\n',
  'a/b',
  '../a',
  'https://',
])('%j is refused by the name of its param', (text) => {
  expect(() => parseOrigin('mergeSourceRepoUrl', text)).toThrow(/^mergeSourceRepoUrl (?:is|has)/);
});

test('a refusal has no password in it', () => {
  for (const url of ['ftp://me:hunter2@host.example/a', 'me:hunter2@host.example/a', 'me:hunter2@host/a']) {
    expect(() => parseOrigin('url', url)).toThrow(/^url (?!.*hunter2)/);
  }
});
