import { attacks } from '#test/attack';
import { bad, both, good, refused } from '#test/images/compose-repository';

/** A repository at one address, and at another one. */
const addresses = (wrong: string, twin: string) => ({
  wrong: { files: { 'etc/yum.repos.d/c.repo': `[c]\nbaseurl=${wrong}\n` } },
  twin: { files: { 'etc/yum.repos.d/c.repo': `[c]\nbaseurl=${twin}\n` } },
});

attacks([
  {
    name: 'an address on a line of its own',
    ...refused,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': repo.replace('baseurl=', 'baseurl=https://a/\n  '),
    })),
  },
  {
    name: 'a section that is indented',
    ...refused,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': ` ${repo}` })),
  },
  {
    name: 'a byte order mark',
    ...refused,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': `\ufeff${repo}` })),
  },
  {
    name: 'an address in quotes',
    ...refused,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': repo.replace(/=(.*)\//, '="$1"') })),
  },
  {
    name: 'a backslash in an address',
    ...refused,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': repo.replace('Every', 'Ever\\y').replace('/os/', '/o\\s'),
    })),
  },
  {
    name: 'an address that is the default of a variable',
    ...refused,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': repo.replace(/=(.*)hing/, '=$\x7bnone:-$1}h$\x7bbasearch:+ing}'),
    })),
  },
  {
    name: 'a file that dnf refuses',
    check: refused.check,
    says: /could not look: \/etc\/yum\.repos\.d\/c\.repo: line 1: text behind the name of a section/,
    wrong: { files: { 'etc/yum.repos.d/c.repo': bad.replace(']', '] x') } },
    twin: { files: { 'etc/yum.repos.d/c.repo': good.replace(']', '] # x') } },
  },
  {
    name: 'a configuration that dnf refuses',
    check: refused.check,
    says: /could not look: \/etc\/dnf\/dnf\.conf: line 2: no "="/,
    wrong: { files: { 'etc/dnf/dnf.conf': '[main]\nreposdir\n' } },
    twin: { files: { 'etc/dnf/dnf.conf': '[main]\n;reposdir\n' } },
  },
  {
    name: 'the compose by its id',
    ...refused,
    wrong: { files: { 'etc/yum.repos.d/c.repo': '[c]\nmetalink=http://m/?c=Fedora-43-20261123.n.0\n' } },
    twin: { files: { 'etc/yum.repos.d/c.repo': '[c]\nmetalink=http://m/?c=fedora-43\n' } },
  },
  {
    name: 'an address that is written otherwise',
    ...refused,
    wrong: {
      files: { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://k//%63ompose/Everything//aarch64/./os\n' },
    },
    twin: {
      files: { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://k//%63omposed/Everything//aarch64/./os\n' },
    },
  },
  {
    name: 'an address with dots that curl takes out',
    ...refused,
    ...addresses(
      'http://k/compose/Everything/../%2e%2e/compose/Server/aarch64/os',
      'http://k/compose/../a/aarch64/os',
    ),
  },
  {
    name: 'an address with a password',
    check: refused.check,
    says: /\[c\] points at http:\/\/\*\*\*@k\/(?!.*secret)/,
    ...addresses('http://me:secret@k/compose/Server/aarch64/os', 'http://me:secret@k/43/Server/aarch64/os'),
  },
  {
    name: 'the packages for debugging of a compose',
    ...refused,
    ...addresses(
      'http://k/compose/Everything/$basearch/debug/tree/',
      'http://k/43/Everything/$basearch/debug/tree/',
    ),
  },
  {
    name: 'the sources of a compose',
    ...refused,
    ...addresses('http://k/compose/Everything/source/tree', 'http://k/releases/43/Everything/source/tree'),
  },
]);
