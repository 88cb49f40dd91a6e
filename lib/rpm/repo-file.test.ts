import * as fc from 'fast-check';
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
  const text = `# a comment
[a]
name = Fedora 43, all of it
baseurl=http://x/1,http://x/2
  http://x/3
enabled = no
x2=unknown
   and more of it

; another
no option at all
[b]\r
metalink=https://m?repo=fedora-43&arch=s390x\r
gpgcheck=True
`;

  expect(parseRepoFile(text)).toEqual([
    {
      id: 'a',
      name: 'Fedora 43, all of it',
      baseurl: ['http://x/1', 'http://x/2', 'http://x/3'],
      enabled: false,
    },
    { id: 'b', metalink: 'https://m?repo=fedora-43&arch=s390x', gpgcheck: true },
  ]);
});

test('reads any text without harm', () => {
  const line = fc.constantFrom('[a]', '[', ']', '=', 'a=b', ' =', '\tx', '#', '[a]=b', '', 'baseurl=', '\0');
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const sections = lines.filter((text) => text.startsWith('[a]')).length;
      expect(parseRepoFile(lines.join('\n'))).toHaveLength(sections);
    }),
  );
});
