import { attacks } from '#test/attack';
import { itemsOf, layerOf } from '#test/images/bootc-image';
import type { Files } from '#test/images/bootc-root';
import { bad, both, good, refused } from '#test/images/compose-repository';

const large = `${'#'.repeat(1024 * 1024)}\n`;

const over = (wrong: Files, twin: Files) => ({
  wrong: { layers: [layerOf(itemsOf(wrong))] },
  twin: { layers: [layerOf(itemsOf(twin))] },
});

attacks([
  {
    name: 'a repository of the compose',
    ...refused,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': repo })),
  },
  {
    name: 'a file that is a link',
    ...refused,
    ...both((repo) => ({ 'etc/yum.repos.d/c.repo': '-> ../../usr/share/x/c', 'usr/share/x/c': repo })),
  },
  {
    name: 'a file that is a chain of links from the root',
    ...refused,
    ...both((repo) => ({
      'etc/yum.repos.d/c.repo': '-> /etc/alternatives/c',
      'etc/alternatives/c': '-> /usr/share/x/c',
      'usr/share/x/c': repo,
    })),
  },
  {
    name: 'a directory that is a link',
    ...refused,
    ...both((repo) => ({ 'etc/distro.repos.d': '-> ../usr/share/x', 'usr/share/x/c.repo': repo })),
  },
  {
    name: 'the usual directory as a link',
    ...refused,
    ...both((repo) => ({
      'etc/yum.repos.d/fedora.repo': undefined,
      'etc/yum.repos.d': '-> /usr/share/x',
      'usr/share/x/c.repo': repo,
    })),
  },
  {
    name: 'a file over the limit',
    check: refused.check,
    says: /could not look: \/etc\/yum\.repos\.d\/c\.repo/,
    wrong: { files: { 'etc/yum.repos.d/c.repo': `${bad}${large}` } },
    twin: { files: { 'etc/yum.repos.d/c.repo': `${good}${large.slice(good.length + 1)}` } },
  },
  {
    name: 'a hard link to an ostree object',
    ...refused,
    wrong: object(bad),
    twin: object(good),
  },
  { name: 'an override', ...refused, ...both((repo) => ({ 'etc/dnf/repos.override.d/99.repo': repo })) },
  {
    name: 'an override of the distribution',
    ...refused,
    ...both((repo) => ({ 'usr/share/dnf5/repos.override.d/50.repo': repo })),
  },
  {
    name: 'a repository of dnf5',
    ...refused,
    ...both((repo) => ({ 'usr/share/dnf5/repos.d/c.repo': repo })),
  },
  {
    name: 'a repository in dnf.conf',
    ...refused,
    ...both((repo) => ({ 'etc/dnf/dnf.conf': `[main]\n${repo}` })),
  },
  {
    name: 'a repository in yum.conf',
    ...refused,
    ...both((repo) => ({ 'etc/yum.conf': `[main]\n${repo}` })),
  },
  {
    name: 'another reposdir',
    ...refused,
    ...both((repo) => ({ 'etc/dnf/dnf.conf': '[main]\nreposdir = /opt/repos\n', 'opt/repos/c.repo': repo })),
  },
  {
    name: 'another reposdir by a drop-in, its file a link',
    ...refused,
    ...both((repo) => ({
      'usr/share/dnf5/libdnf.conf.d/20.conf': '[main]\nreposdir=\n  /opt/repos\n',
      'opt/repos/c.repo': '-> c',
      'opt/repos/c': repo,
    })),
  },
  {
    name: 'a variable of dnf',
    ...refused,
    wrong: vars('http://k/compose/43/compose/Everything'),
    twin: vars('https://k/pub/fedora/linux/releases/43/Everything'),
  },
  {
    name: 'a list of mirrors in the image',
    ...refused,
    wrong: mirrors('http://k/compose/43/compose/Everything/aarch64/os/'),
    twin: mirrors('https://k/pub/fedora/linux/releases/43/Everything/aarch64/os/'),
  },
  {
    name: 'a list of mirrors elsewhere in the image',
    ...refused,
    wrong: mirrors('http://k/compose/43/compose/Everything/aarch64/os/', 'opt/mirrors'),
    twin: mirrors('https://k/pub/fedora/linux/releases/43/Everything/aarch64/os/', 'opt/mirrors'),
  },
  {
    name: 'a list of mirrors by an address with a host',
    ...refused,
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
    ...refused,
    wrong: mirrors(
      'http://k/compose/43/compose/Everything/aarch64/os/',
      'opt/mirrors',
      'file:///op%74/mirrors',
    ),
    twin: mirrors('https://k/pub/fedora/linux/releases/43/os/', 'opt/mirrors', 'file:///op%74/mirrors'),
  },
  {
    name: 'a remote of ostree',
    check: refused.check,
    says: /\/etc\/ostree\/remotes\.d\/c\.conf \[remote "c"\] points at/,
    wrong: remote('http://k/Fedora-43-20261123.n.0/compose/ostree/repo'),
    twin: remote('https://k/ostree/repo'),
  },
  {
    name: 'a remote that ostree refuses',
    check: refused.check,
    says: /could not look: \/etc\/ostree\/remotes\.d\/c\.conf: line 2 is no group, key or comment/,
    wrong: { files: { 'etc/ostree/remotes.d/c.conf': '[remote "c"]\nurl http://k/\n' } },
    twin: { files: { 'etc/ostree/remotes.d/c.txt': '[remote "c"]\nurl http://k/\n' } },
  },
  {
    name: 'a list of mirrors over the limit',
    check: refused.check,
    says: /could not look: \/opt\/mirrors/,
    wrong: mirrors(`${large}http://k/`, 'opt/mirrors'),
    twin: mirrors(`${large.slice(100)}http://k/`, 'opt/mirrors'),
  },
  {
    name: 'a variable in a directory of its own',
    ...refused,
    wrong: vars('http://k/compose/43/compose/Everything', 'opt/vars'),
    twin: vars('https://k/pub/fedora/linux/releases/43/Everything', 'opt/vars'),
  },
  {
    name: 'a later layer removes another file',
    ...refused,
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
    ...refused,
    ...over({ 'usr/etc/yum.repos.d/c.repo': bad }, { 'usr/share/yum.repos.d/c.repo': bad }),
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
