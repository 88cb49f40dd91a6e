import { expect, test } from 'vitest';
import { composeRepo, parseRepoFile } from './repo-file.ts';

const repo = {
  composeId: 'Fedora-43-20261123.n.0',
  variant: 'Everything',
  baseurl: 'http://127.0.0.1:80/compose/Everything/$basearch/os/',
  gpgcheck: true,
  gpgkey: 'file:///etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-43-$basearch',
};

test('what it writes it reads', () => {
  const text = composeRepo(repo);

  expect(text).toContain('metadata_expire=0\n');
  expect(parseRepoFile(text)).toEqual([
    {
      id: 'Fedora-43-20261123.n.0-Everything',
      name: 'Compose Fedora-43-20261123.n.0 (RPMs) - Everything',
      baseurl: [repo.baseurl],
      enabled: true,
      gpgcheck: true,
      gpgkey: [repo.gpgkey],
    },
  ]);
});

test.for([
  { baseurl: 'http://x/\ngpgcheck=0' },
  { gpgkey: 'file:///k\r\n[evil]' },
  { variant: 'Every]thing' },
  { composeId: 'x\n[y' },
])('refuses a value that would begin another option: %j', (change) => {
  expect(() => composeRepo({ ...repo, ...change })).toThrow(/line break|not an id/);
});

test('reads comments, lists over several lines and repositories that are off', () => {
  const text =
    '# a comment\n[a]\nbaseurl=http://x/1,http://x/2\n  http://x/3\nenabled = no\n\n[b]\nmetalink=https://m\n';

  expect(parseRepoFile(text)).toEqual([
    { id: 'a', baseurl: ['http://x/1', 'http://x/2', 'http://x/3'], enabled: false },
    { id: 'b', metalink: 'https://m' },
  ]);
});
