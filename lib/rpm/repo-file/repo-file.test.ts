import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidRepoError } from '../errors.ts';
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

// What libdnf5/utils/iniparser.cpp (8a8e234) makes of each.
test.for<[what: string, text: string, baseurl: readonly string[]]>([
  ['a section that is indented', ' \t[c]\nbaseurl=http://x/', ['http://x/']],
  ['an indented section behind a value', '[a]\nname=a\n [c]\nbaseurl=http://x/', ['http://x/']],
  ['a byte order mark', '\ufeff[c]\nbaseurl=http://x/', ['http://x/']],
  ['a comment behind a section', '[c] # it\nbaseurl=http://x/', ['http://x/']],
  ['a range in a section', '[c[1-3]]\nbaseurl=http://x/', ['http://x/']],
  ['double quotes', '[c]\nbaseurl="http://x/ http://y/"', ['http://x/', 'http://y/']],
  ['single quotes', "[c]\nbaseurl = 'http://x/'\r\n", ['http://x/']],
  ['a quote alone', '[c]\nbaseurl="', ['"']],
  ['lines of a value that begin as comments do', '[c]\nbaseurl=a\n  # http://x/', ['a', '#', 'http://x/']],
  ['a line of blanks within a value', '[c]\nbaseurl=a\n \t\n b', ['a', 'b']],
  ['an option twice', '[c]\nbaseurl=a\nbaseurl=b', ['b']],
  ['a section twice', '[c]\nbaseurl=a\n[d]\n[c]\nname=c', ['a']],
  ['blanks around the equals sign', '[c]\nbaseurl \t=\t a', ['a']],
  ['a backslash', '[c]\nbaseurl=http://x/comp\\ose', ['http://x/compose']],
  ['a comma in a word', '[c]\nbaseurl=a\\\\,b,c', ['a,b', 'c']],
  ['a default', '[c]\nbaseurl=$\x7bnone:-http://}x/', ['http://x/']],
  ['a default in a default', '[c]\nbaseurl=$\x7bnone:-$\x7bnope:-$\x7bset}}}/', ['value/']],
  ['a default that is not needed', '[c]\nbaseurl=$\x7bset:-x}/$\x7bbasearch:-x}', ['value/$basearch']],
  ['another word', '[c]\nbaseurl=$\x7bset:+http://}x/$\x7bnone:+y}z', ['http://x/z']],
  ['words in a variable', '[c]\nbaseurl=$two', ['a', 'b']],
  ['a brace that is not closed', '[c]\nbaseurl=$set/$\x7bnone:-$set', ['value/$\x7bnone:-$set']],
  ['a variable that is none', '[c]\nbaseurl=$\x7bset/$\x7bset?}$', ['$\x7bset/$\x7bset?}$']],
])('reads %s as dnf5 does', ([, text, baseurl]) => {
  const values = new Map([
    ['set', 'value'],
    ['two', 'a b'],
  ]);

  expect(parseRepoFile(text, values).find(({ id }) => id.startsWith('c'))?.baseurl).toEqual(baseurl);
});

test.for<[what: string, text: string, message: string]>([
  ['text behind a section', '[a] x\n', 'line 1: text behind the name of a section'],
  ['a section without an end', '[a\n', 'line 1: a section without "]"'],
  ['a range without an end', '[a[1-3]\n', 'line 1: a section without "]"'],
  ['a section without a name', '[a]\n[]\n', 'line 2: a section without a name'],
  ['an option before the first section', '# x\na=b\n[a]\n', 'line 2: an option before the first section'],
  ['an indented line alone', '[a]\n x=y\n', 'line 2: an indented line that no option goes before'],
  ['an indented line behind an empty one', '[a]\nb=c\n\n d\n', 'line 4: an indented line'],
  ['an option without a name', '[a]\n= b\n', 'line 2: an option without a name'],
  ['no option at all', '[a]\nno option\n', 'line 2: no "="'],
])('refuses %s, as dnf5 does', ([, text, message]) => {
  expect(() => parseRepoFile(text)).toThrow(InvalidRepoError);
  expect(() => parseRepoFile(text)).toThrow(message);
});

test('reads any text or refuses it, in time that its length bounds', () => {
  const line = fc.constantFrom(
    '[a]',
    ' [b]',
    '[',
    ']',
    '=',
    'a=b',
    ' =',
    '\tx',
    '#',
    '[a]=b',
    '',
    'a="',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        expect(parseRepoFile(lines.join('\n')).length).toBeLessThan(3);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRepoError);
      }
    }),
  );

  const before = performance.now();
  for (const piece of [
    ' ',
    '\\',
    '$\x7ba:-',
    '$\x7ba:x',
    '[',
    '[x]',
    '"',
    '/',
    ', ',
    '$',
    'x ',
    '}',
    '$\x7ba:+}',
  ]) {
    const long = piece.repeat(1_000_000 / piece.length);
    parseRepoFile(`[a]\nbaseurl=${long}x\nname=x${long}`);
    expect(() => parseRepoFile(`[a${long}`)).toThrow(InvalidRepoError);
  }
  // Some 3 s on a machine with nothing else to do; a step that is quadratic takes minutes for each.
  expect(performance.now() - before).toBeLessThan(60_000);
});

test('without gpgcheck no key is named, and a server that is away ends the build', () => {
  const lines = composeRepo({ ...repo, gpgcheck: false }).split('\n');

  expect(lines.slice(1)).toEqual([
    'name=Compose Fedora-43-20261123.n.0 (RPMs) - Everything',
    `baseurl=${repo.baseurl}`,
    'enabled=1',
    'gpgcheck=0',
    'repo_gpgcheck=0',
    'metadata_expire=0',
    'skip_if_unavailable=False',
    '',
  ]);
});

test.for([
  ['1', true],
  ['yes', true],
  ['true', true],
  ['on', true],
  ['0', false],
  ['no', false],
  ['', false],
] as const)('enabled=%s is %s', ([value, enabled]) => {
  expect(parseRepoFile(`[a]\nenabled=${value}\n`)).toEqual([{ id: 'a', enabled }]);
});

test('a mirrorlist is read, and what is not there is not there', () => {
  expect(parseRepoFile('[a]\nmirrorlist=http://h/x\n')).toEqual([{ id: 'a', mirrorlist: 'http://h/x' }]);
  expect(parseRepoFile('[a]\n').map((one) => Object.keys(one))).toEqual([['id']]);
});

test.for(['arch', 'basearch', 'releasever', 'releasever_major', 'releasever_minor'])(
  '$%s stays where nobody gives a value',
  (name) => {
    expect(parseRepoFile(`[a]\nname=x $${name} \${${name}} y\n`)).toEqual([
      { id: 'a', name: `x $${name} $${name} y` },
    ]);
  },
);
