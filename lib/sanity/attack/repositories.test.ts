import { attacks } from '#test/attack';
import { itemsOf, layerOf } from '#test/images/bootc-image';
import type { Files } from '#test/images/bootc-root';

const check = 'compose-repos';
const says = /\[c\] points at/;
const bad = '[c]\nbaseurl=http://k/compose/43/compose/Everything/$basearch/os/\n';
const good = '[c]\nbaseurl=https://k/pub/fedora/linux/releases/43/Everything/$basearch/os/\n';
const large = `${'#'.repeat(1024 * 1024)}\n`;

/** The same files, once with a repository of the compose and once with one that may be there. */
const both = (files: (repo: string) => Files) => ({
  wrong: { files: files(bad) },
  twin: { files: files(good) },
});
/** A repository at one address, and at another one. */
const addresses = (wrong: string, twin: string) => ({
  wrong: { files: { 'etc/yum.repos.d/c.repo': `[c]\nbaseurl=${wrong}\n` } },
  twin: { files: { 'etc/yum.repos.d/c.repo': `[c]\nbaseurl=${twin}\n` } },
});
const over = (wrong: Files, twin: Files) => ({
  wrong: { layers: [layerOf(itemsOf(wrong))] },
  twin: { layers: [layerOf(itemsOf(twin))] },
});

attacks([
  {
    name: 'a repository of the compose',
    check,
    says,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': repo })),
  },
  {
    name: 'a file that is a link',
    check,
    says,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': '-> ../../usr/share/x/c', 'usr/share/x/c': repo })),
  },
  {
    name: 'a file that is a chain of links from the root',
    check,
    says,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': '-> /etc/alternatives/c',
      'etc/alternatives/c': '-> /usr/share/x/c',
      'usr/share/x/c': repo,
    })),
  },
  {
    name: 'a directory that is a link',
    check,
    says,
    ...both((repo) => ({ 'etc/distro.repos.d': '-> ../usr/share/x', 'usr/share/x/c.repo': repo })),
  },
  {
    name: 'the usual directory as a link',
    check,
    says,
    ...both((repo) => ({
      'etc/yum.repos.d/fedora.repo': undefined,
      'etc/yum.repos.d': '-> /usr/share/x',
      'usr/share/x/c.repo': repo,
    })),
  },
  {
    name: 'a file over the limit',
    check,
    says: /could not look: \/etc\/yum\.repos\.d\/c\.repo/,
    wrong: { files: { 'etc/yum.repos.d/c.repo': `${bad}${large}` } },
    twin: { files: { 'etc/yum.repos.d/c.repo': `${good}${large.slice(good.length + 1)}` } },
  },
  {
    name: 'a hard link to an ostree object',
    check,
    says,
    wrong: object(bad),
    twin: object(good),
  },
  { name: 'an override', check, says, ...both((repo) => ({ 'etc/dnf/repos.override.d/99.repo': repo })) },
  {
    name: 'an override of the distribution',
    check,
    says,
    ...both((repo) => ({ 'usr/share/dnf5/repos.override.d/50.repo': repo })),
  },
  {
    name: 'a repository of dnf5',
    check,
    says,
    ...both((repo) => ({ 'usr/share/dnf5/repos.d/c.repo': repo })),
  },
  {
    name: 'a repository in dnf.conf',
    check,
    says,
    ...both((repo) => ({ 'etc/dnf/dnf.conf': `[main]\n${repo}` })),
  },
  {
    name: 'a repository in yum.conf',
    check,
    says,
    ...both((repo) => ({ 'etc/yum.conf': `[main]\n${repo}` })),
  },
  {
    name: 'another reposdir',
    check,
    says,
    ...both((repo) => ({ 'etc/dnf/dnf.conf': '[main]\nreposdir = /opt/repos\n', 'opt/repos/c.repo': repo })),
  },
  {
    name: 'another reposdir by a drop-in, its file a link',
    check,
    says,
    ...both((repo) => ({
      'usr/share/dnf5/libdnf.conf.d/20.conf': '[main]\nreposdir=\n  /opt/repos\n',
      'opt/repos/c.repo': '-> c',
      'opt/repos/c': repo,
    })),
  },
  {
    name: 'a variable of dnf',
    check,
    says,
    wrong: vars('http://k/compose/43/compose/Everything'),
    twin: vars('https://k/pub/fedora/linux/releases/43/Everything'),
  },
  {
    name: 'a list of mirrors in the image',
    check,
    says,
    wrong: mirrors('http://k/compose/43/compose/Everything/aarch64/os/'),
    twin: mirrors('https://k/pub/fedora/linux/releases/43/Everything/aarch64/os/'),
  },
  {
    name: 'a list of mirrors elsewhere in the image',
    check,
    says,
    wrong: mirrors('http://k/compose/43/compose/Everything/aarch64/os/', 'opt/mirrors'),
    twin: mirrors('https://k/pub/fedora/linux/releases/43/Everything/aarch64/os/', 'opt/mirrors'),
  },
  {
    name: 'a list of mirrors by an address with a host',
    check,
    says,
    wrong: mirrors(
      'http://k/compose/43/compose/Everything/aarch64/os/',
      'opt/mirrors',
      'file://localhost/opt/mirrors',
    ),
    twin: mirrors(
      'https://k/pub/fedora/linux/releases/43/os/',
      'opt/mirrors',
      'file://localhost/opt/mirrors',
    ),
  },
  {
    name: 'a list of mirrors by an address that is written otherwise',
    check,
    says,
    wrong: mirrors(
      'http://k/compose/43/compose/Everything/aarch64/os/',
      'opt/mirrors',
      'file:///op%74/mirrors',
    ),
    twin: mirrors('https://k/pub/fedora/linux/releases/43/os/', 'opt/mirrors', 'file:///op%74/mirrors'),
  },
  {
    name: 'a remote of ostree',
    check,
    says: /\/etc\/ostree\/remotes\.d\/c\.conf \[remote "c"\] points at/,
    wrong: remote('http://k/Fedora-43-20261123.n.0/compose/ostree/repo'),
    twin: remote('https://k/ostree/repo'),
  },
  {
    name: 'a remote that ostree refuses',
    check,
    says: /could not look: \/etc\/ostree\/remotes\.d\/c\.conf: line 2 is no group, key or comment/,
    wrong: { files: { 'etc/ostree/remotes.d/c.conf': '[remote "c"]\nurl http://k/\n' } },
    twin: { files: { 'etc/ostree/remotes.d/c.txt': '[remote "c"]\nurl http://k/\n' } },
  },
  {
    name: 'a list of mirrors over the limit',
    check,
    says: /could not look: \/opt\/mirrors/,
    wrong: mirrors(`${large}http://k/`, 'opt/mirrors'),
    twin: mirrors(`${large.slice(100)}http://k/`, 'opt/mirrors'),
  },
  {
    name: 'a variable in a directory of its own',
    check,
    says,
    wrong: vars('http://k/compose/43/compose/Everything', 'opt/vars'),
    twin: vars('https://k/pub/fedora/linux/releases/43/Everything', 'opt/vars'),
  },
  {
    name: 'an address on a line of its own',
    check,
    says,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': repo.replace('baseurl=', 'baseurl=https://a/\n  '),
    })),
  },
  {
    name: 'a section that is indented',
    check,
    says,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': ` ${repo}` })),
  },
  {
    name: 'a byte order mark',
    check,
    says,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': `\ufeff${repo}` })),
  },
  {
    name: 'an address in quotes',
    check,
    says,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': repo.replace(/=(.*)\//, '="$1"') })),
  },
  {
    name: 'a backslash in an address',
    check,
    says,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': repo.replace('Every', 'Ever\\y').replace('/os/', '/o\\s'),
    })),
  },
  {
    name: 'an address that is the default of a variable',
    check,
    says,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': repo.replace(/=(.*)hing/, '=$\x7bnone:-$1}h$\x7bbasearch:+ing}'),
    })),
  },
  {
    name: 'a file that dnf refuses',
    check,
    says: /could not look: \/etc\/yum\.repos\.d\/c\.repo: line 1: text behind the name of a section/,
    wrong: { files: { 'etc/yum.repos.d/c.repo': bad.replace(']', '] x') } },
    twin: { files: { 'etc/yum.repos.d/c.repo': good.replace(']', '] # x') } },
  },
  {
    name: 'a configuration that dnf refuses',
    check,
    says: /could not look: \/etc\/dnf\/dnf\.conf: line 2: no "="/,
    wrong: { files: { 'etc/dnf/dnf.conf': '[main]\nreposdir\n' } },
    twin: { files: { 'etc/dnf/dnf.conf': '[main]\n;reposdir\n' } },
  },
  {
    name: 'the compose by its id',
    check,
    says,
    wrong: { files: { 'etc/yum.repos.d/c.repo': '[c]\nmetalink=http://m/?c=Fedora-43-20261123.n.0\n' } },
    twin: { files: { 'etc/yum.repos.d/c.repo': '[c]\nmetalink=http://m/?c=fedora-43\n' } },
  },
  {
    name: 'an address that is written otherwise',
    check,
    says,
    wrong: {
      files: { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://k//%63ompose/Everything//aarch64/./os\n' },
    },
    twin: {
      files: { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://k//%63omposed/Everything//aarch64/./os\n' },
    },
  },
  {
    name: 'an address with dots that curl takes out',
    check,
    says,
    ...addresses(
      'http://k/compose/Everything/../%2e%2e/compose/Server/aarch64/os',
      'http://k/compose/../a/aarch64/os',
    ),
  },
  {
    name: 'an address with a password',
    check,
    says: /\[c\] points at http:\/\/\*\*\*@k\/(?!.*secret)/,
    ...addresses('http://me:secret@k/compose/Server/aarch64/os', 'http://me:secret@k/43/Server/aarch64/os'),
  },
  {
    name: 'the packages for debugging of a compose',
    check,
    says,
    ...addresses(
      'http://k/compose/Everything/$basearch/debug/tree/',
      'http://k/43/Everything/$basearch/debug/tree/',
    ),
  },
  {
    name: 'the sources of a compose',
    check,
    says,
    ...addresses('http://k/compose/Everything/source/tree', 'http://k/releases/43/Everything/source/tree'),
  },
  {
    name: 'a later layer removes another file',
    check,
    says,
    wrong: {
      files: { 'etc/yum.repos.d/c.repo': bad },
      layers: [layerOf(itemsOf({ 'etc/yum.repos.d/.wh.d.repo': '' }))],
    },
    twin: {
      files: { 'etc/yum.repos.d/c.repo': bad },
      layers: [layerOf(itemsOf({ 'etc/yum.repos.d/.wh.c.repo': '' }))],
    },
  },
  {
    name: 'a repository in /usr/etc',
    check,
    says,
    ...over({ 'usr/etc/yum.repos.d/c.repo': bad }, { 'usr/share/yum.repos.d/c.repo': bad }),
  },
  {
    name: 'another os-release in /etc without a version',
    check: 'os-release',
    says: /^\/etc\/os-release has no VERSION_ID$/m,
    wrong: { files: { 'etc/os-release': 'ID=fedora\nNAME=Fedora\n' } },
    twin: { files: { 'etc/os-release': '-> ../usr/lib/os-release' } },
  },
  {
    name: 'another release in /etc',
    check: 'os-release',
    says: /have different VERSION_ID/,
    wrong: { files: { 'etc/os-release': 'ID=fedora\nVERSION_ID=42\nNAME="Fedora Linux"\n' } },
    twin: { files: { 'etc/os-release': '-> /usr/lib/os-release' } },
  },
  {
    name: '/boot is a file',
    check: 'boot-var-empty',
    says: /\/boot is no directory/,
    wrong: { files: { boot: '' } },
    twin: { files: { boot: '/' } },
  },
  {
    name: '/boot is a link to nothing',
    check: 'boot-var-empty',
    says: /\/boot is no directory/,
    wrong: { files: { boot: '-> sysroot/boot' } },
    twin: { files: { 'boot/efi': '/' } },
  },
  {
    name: 'an os-release that leads nowhere',
    check: 'os-release',
    says: /there is no os-release/,
    wrong: { files: { 'usr/lib/os-release': '-> os.release.d/x' } },
    twin: {
      files: {
        'usr/lib/os-release': '-> os.release.d/x',
        'usr/lib/os.release.d/x': 'ID=fedora\nNAME=Fedora\nVERSION_ID=43\n',
      },
    },
  },
  {
    name: 'an os-release over the limit',
    check: 'os-release',
    says: /could not look: \/usr\/lib\/os-release/,
    wrong: { files: { 'usr/lib/os-release': `ID=a\nNAME=a\nVERSION_ID=1\n${large}` } },
    twin: { files: { 'usr/lib/os-release': `ID=a\nNAME=a\nVERSION_ID=1\n${large.slice(100)}` } },
  },
  {
    name: 'a file of kargs by a link',
    check: 'bootc-kargs',
    says: /a is not known/,
    wrong: { files: { 'usr/lib/bootc/kargs.d/1.toml': '-> ../x', 'usr/lib/bootc/x': 'kargs = []\na = 1\n' } },
    twin: { files: { 'usr/lib/bootc/kargs.d/1.toml': '-> ../x', 'usr/lib/bootc/x': 'kargs = []\n' } },
  },
  {
    name: 'a file of kargs that leads in a circle',
    check: 'bootc-kargs',
    says: /1\.toml/,
    wrong: { files: { 'usr/lib/bootc/kargs.d/1.toml': '-> 1.toml' } },
    twin: { files: { 'usr/lib/bootc/kargs.d/1.conf': '-> 1.conf' } },
  },
  {
    name: 'tmpfiles that bootc cannot read',
    check: 'var-tmpfiles',
    says: /could not look/,
    wrong: { files: { 'usr/lib/tmpfiles.d/x.conf': 'd "/var/lib/a\\q"\n' } },
    twin: { files: { 'usr/lib/tmpfiles.d/x.conf': 'd "/var/lib/a\\x20q"\n' } },
  },
  {
    name: 'a passwd that bootc cannot read',
    check: 'sysusers',
    says: /could not look: \/etc\/passwd/,
    wrong: { files: { 'etc/passwd': 'root\n' } },
    twin: { files: { 'etc/passwd': '+\n#x\nroot:x:0:0:::\n' } },
  },
]);

/** A file as the ostree exporter packs it. */
function object(repo: string) {
  const path = 'sysroot/ostree/repo/objects/aa/1.file';
  return {
    layers: [
      layerOf([
        { path, content: repo },
        { path: 'etc/yum.repos.d/c.repo', flag: '1', link: path },
      ]),
    ],
  };
}

function vars(value: string, directory = 'etc/dnf/vars') {
  return {
    files: {
      'etc/dnf/dnf.conf': `[main]\nvarsdir = /etc/dnf/vars, /${directory}\n`,
      [`${directory}/where`]: `${value}\n`,
      'etc/yum.repos.d/c.repo': '[c]\nbaseurl=$where/$basearch/os/\n',
    },
  };
}

function remote(url: string) {
  return { files: { 'etc/ostree/remotes.d/c.conf': `[remote "c"]\nurl=${url}\ngpg-verify=true\n` } };
}

function mirrors(value: string, place = 'etc/yum.repos.d/mirrors', list = `file:///${place}`) {
  return {
    files: {
      [place]: `# mirrors\n${value}\n`,
      'etc/yum.repos.d/c.repo': `[c]\nmirrorlist=${list}\n`,
    },
  };
}
