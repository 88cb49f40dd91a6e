import { expect, test } from 'vitest';
import { type Files, goodFiles, modules } from '#test/images/bootc-root';
import { imageFacts, outcomeOf } from '#test/images/image-facts';

// The expected findings are what bootc's source says of each image; no bootc runs here.
const base = 'usr/share/doc/bootc/baseimage/base';
const embedded: Files = {
  [`${base}/sysroot`]: '/',
  [`${base}/ostree`]: '-> sysroot/ostree',
  [`${base}/usr/lib/ostree/prepare-root.conf`]: '[composefs]\nenabled = true\n',
};
const conf = 'usr/lib/ostree/prepare-root.conf';
const tmpfiles = 'usr/lib/tmpfiles.d/x.conf';
const users = 'usr/lib/sysusers.d/x.conf';
const alice = `${goodFiles['etc/passwd'] as string}alice:x:1000:1000::/home/alice:/bin/sh\n`;

test.for<[id: string, change: Files, message: string]>([
  ['var-run', { 'var/run': '/' }, '/var/run is no symbolic link'],
  ['var-run', { 'var/run': 'a file' }, '/var/run is no symbolic link'],
  ['etc-usretc', { 'usr/etc/x': 'x' }, '/etc and /usr/etc are both there'],
  ['etc-usretc', { 'usr/etc': '-> ../etc' }, '/etc and /usr/etc are both there'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': 'kargs = [1]' }, 'kargs is no list of strings'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': 'kargs = ["a"' }, 'is no TOML'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': '' }, 'kargs is no list of strings'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': 'kargs = ["a"]\nkarg = []' }, 'karg is not known'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': '-> nowhere' }, '01.toml: leads nowhere'],
  [
    'bootc-kargs',
    { 'usr/lib/bootc/kargs.d/01.toml': '-> ../x', 'usr/lib/bootc/x': 'a = 1' },
    'a is not known',
  ],
  ['kernel', { 'usr/lib/modules/6.18/vmlinuz': 'second' }, 'there are 2 kernels'],
  ['kernel', { 'usr/lib/modules/6.18/vmlinuz': '-> /usr/k', 'usr/k': 'k' }, 'there are 2 kernels'],
  ['api-base-directories', { tmp: undefined }, '/tmp is no directory'],
  ['api-base-directories', { run: '-> var/run' }, '/run is no directory'],
  ['baseimage-root', { ostree: '-> /sysroot/ostree' }, '/ostree does not point at sysroot/ostree'],
  ['baseimage-root', { ostree: '/' }, '/ostree does not point at sysroot/ostree'],
  ['baseimage-root', { [`${base}/x`]: '/' }, `/${base}/sysroot is no directory`],
  ['baseimage-composefs', { [conf]: '[composefs]\nenabled = no\n' }, 'composefs is not enabled'],
  ['baseimage-composefs', { [conf]: '[composefs]\nenabled = Yes\n' }, 'composefs is not enabled'],
  ['baseimage-composefs', { [conf]: '[composefs]\nenabled = yes \n' }, 'composefs is not enabled'],
  ['baseimage-composefs', { [conf]: '[sysroot]\nenabled = yes\n' }, 'composefs is not enabled'],
  ['baseimage-composefs', { [conf]: '[root]\ntransient = 0\n' }, 'composefs is not enabled'],
  ['baseimage-composefs', { [conf]: undefined }, 'there is no /usr/lib/ostree'],
  [
    'baseimage-composefs',
    { 'etc/ostree/prepare-root.conf': '' },
    'not enabled in /etc/ostree/prepare-root.conf',
  ],
  ['baseimage-composefs', { [`${base}/x`]: '/' }, `there is no /${base}/usr/lib/ostree/prepare-root.conf`],
  ['buildah-injected', { 'etc/hostname': '' }, '/etc/hostname is an empty file'],
  ['buildah-injected', { 'etc/resolv.conf': '' }, '/etc/resolv.conf is an empty file'],
  ['var-log', { 'var/log/dnf.log': 'text' }, '/var/log/dnf.log is not empty'],
  ['var-log', { 'var/log': '-> ../usr/log', 'usr/log/a/b': 'text' }, '/var/log/a/b is not empty'],
  ['var-tmpfiles', { 'var/lib/other': '/' }, '/var/lib/other has no entry in tmpfiles.d'],
  ['var-tmpfiles', { 'var/cache/a/b': '/', [tmpfiles]: 'd /var/cache/a/b\n' }, '/var/cache has no entry'],
  ['var-tmpfiles', { 'var/lib/x': '/', [tmpfiles]: '#d /var/lib/x\n' }, '/var/lib/x has no entry'],
  ['var-tmpfiles', { 'var/lib/x': 'file' }, 'and is neither a directory nor a link'],
  [
    'var-tmpfiles',
    { 'var/lib/x': '/', 'usr/lib/tmpfiles.d/.conf': 'd /var/lib/x\n' },
    '/var/lib/x has no entry',
  ],
  ['sysusers', { 'etc/passwd': alice }, 'user alice of /etc/passwd'],
  [
    'sysusers',
    { 'etc/passwd': alice, 'etc/sysusers.d/a.conf': 'u alice 1000\n' },
    'user alice of /etc/passwd',
  ],
  ['sysusers', { 'etc/passwd': alice, [users]: 'm alice wheel\n' }, 'user alice of /etc/passwd'],
  ['sysusers', { 'etc/passwd': alice, [users]: 'g alice 1000\n' }, 'user alice of /etc/passwd'],
  ['sysusers', { 'usr/lib/sysusers.d/basic.conf': undefined }, 'user root of /etc/passwd'],
  ['sysusers', { 'etc/group': 'root:x:0:\nwheel:x:10:\n' }, 'group wheel of /etc/group'],
  ['nonempty-boot', { 'boot/grub2': '/' }, '/boot/grub2 should not be in the image'],
  ['nonempty-boot', { 'boot/efi': '/' }, '/boot/efi should not be in the image'],
  ['nonempty-boot', { boot: undefined }, '/boot is no directory'],
  ['nonempty-run-tmp', { 'run/lock': '/' }, '/run/lock should not be in the image'],
  ['nonempty-run-tmp', { 'tmp/x': 'x' }, '/tmp/x should not be in the image'],
  [
    'nonempty-run-tmp',
    { 'run/systemd/resolve/stub-resolv.conf': '', 'run/systemd/x': '' },
    '/run/systemd should not be in the image\n/run/systemd/x',
  ],
])('%s finds what is wrong in %j', ([id, change, message]) => {
  const outcome = outcomeOf(id, imageFacts([{ files: change }]));

  expect(outcome.messages.join('\n')).toContain(message);
  expect(outcome.result).toBe(outcome.severity);
});

test.for<[id: string, change: Files]>([
  ['var-run', { 'var/run': '-> ../run' }],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/README': 'no TOML', 'usr/lib/bootc/kargs.d/.toml': 'neither' }],
  ['kernel', { 'usr/lib/modules/6.18/vmlinuz': '-> nowhere' }],
  ['kernel', { 'usr/lib/modules/6.18': `-> ${modules.slice(16)}` }],
  ['baseimage-root', embedded],
  ['baseimage-composefs', embedded],
  ['baseimage-composefs', { [conf]: '# x\r\n[composefs]\r\nenabled=maybe\r\n' }],
  ['baseimage-composefs', { [conf]: '[composefs]\nenabled = signed\n' }],
  ['baseimage-composefs', { [conf]: '[root]\ntransient = true \n' }],
  ['baseimage-composefs', { [conf]: '[composefs]\nenabled=no\n[composefs]\nenabled=verity\n' }],
  ['baseimage-composefs', { [conf]: '-> x', 'usr/lib/ostree/x': '[composefs]\nenabled=1\n' }],
  ['nonempty-boot', { 'boot/EFI/Linux/a.efi': 'uki' }],
  ['nonempty-run-tmp', { 'run/systemd/resolve/stub-resolv.conf': '' }],
  [
    'buildah-injected',
    { 'etc/hostname': 'fedora\n', 'etc/resolv.conf': '-> ../run/systemd/resolve/stub-resolv.conf' },
  ],
  ['var-tmpfiles', { 'var/lib': '/', 'var/lib/sshd': '/' }],
  ['var-tmpfiles', { 'var/lib/x': '/', [tmpfiles]: 'z /var/lib/x 0700\n' }],
  ['var-tmpfiles', { 'var/lib/x': '-> y', [tmpfiles]: 'R! /var/lib/x/\n' }],
  ['var-tmpfiles', { 'var/lib/x': 'file', [tmpfiles]: 'a+ /var/lib/x - - - - u::r\n' }],
  ['var-tmpfiles', { 'var/lib/a b': '/', [tmpfiles]: 'd /var/lib/a\\x20b\n' }],
  ['var-tmpfiles', { 'var/lib/a b': '/', [tmpfiles]: 'd "/var/lib/a b" 0755\n' }],
  ['var-tmpfiles', { 'var/lib/a\t"\\b': '/', [tmpfiles]: '  d\t"/var/lib/a\\t\\x22\\\\b"\n' }],
  ['var-tmpfiles', { 'var/lib/é': '/', [tmpfiles]: 'd /var/lib/\\xc3\\xa9\n' }],
  ['var-tmpfiles', { 'var/lib/x': '/', 'etc/tmpfiles.d/a.conf': 'd /var/lib/x\n' }],
  ['var-tmpfiles', { 'var/lib/x': '/', 'etc/tmpfiles.d/a.conf': '-> /usr/t', 'usr/t': 'd /var/lib/x\n' }],
  ['var-tmpfiles', { 'etc/tmpfiles.d/a.conf': '-> /dev/null' }],
  [
    'var-tmpfiles',
    { root: '-> var/roothome', 'var/roothome/.ssh': '/', [tmpfiles]: 'd /var/roothome\nd /root/.ssh 0700\n' },
  ],
  [
    'var-tmpfiles',
    { home: '-> /var/home', 'var/home/a': '/', [tmpfiles]: 'd /var/home\nd /home/../home/./a\n' },
  ],
  ['sysusers', { 'etc/passwd': undefined, 'etc/group': undefined }],
  ['sysusers', { 'etc/passwd': `${alice}+\n-nobody\n#x\n\n`, [users]: 'u "alice" -:1000 "A, B" - -\n' }],
  ['sysusers', { 'etc/passwd': alice, [users]: '\tu! alice /var/lib/alice\nr - 500-900\nx y\n' }],
  ['sysusers', { [users]: ' # a type that nobody knows\n' }],
  ['sysusers', { 'etc/group': 'root:x:0:\nwheel:x:10:a,b\n', [users]: 'g wheel 10\n' }],
  ['var-log', { 'var/log/lastlog': '', 'var/log/x': '-> /usr/lib/os-release' }],
])('%s lets %j be', ([id, change]) => {
  expect(outcomeOf(id, imageFacts([{ files: change }]))).toMatchObject({ result: 'pass', messages: [] });
});

test.for<[id: string, change: Files, message: string]>([
  ['baseimage-composefs', { [conf]: 'enabled = yes\n' }, 'line 1 is no group, key or comment'],
  ['baseimage-composefs', { [conf]: '[root]\ntransient = maybe\n' }, 'root.transient is no boolean'],
  ['var-tmpfiles', { [tmpfiles]: '   \n' }, 'bootc cannot read the line'],
  ['var-tmpfiles', { [tmpfiles]: 'd /var/lib/\\q\n' }, 'bootc does not know this escape'],
  ['var-tmpfiles', { [tmpfiles]: 'd /var/lib/\\x2\n' }, 'bootc does not know this escape'],
  ['var-tmpfiles', { [tmpfiles]: '-> nowhere' }, 'the link leads nowhere'],
  ['var-tmpfiles', { [tmpfiles]: Buffer.from('d /var/\xff\n', 'latin1') }, 'it is not UTF-8'],
  ['sysusers', { [users]: 'u\n' }, 'bootc cannot read the line: u'],
  ['sysusers', { [users]: 'u bob seven\n' }, 'bootc cannot read the line: u bob seven'],
  ['sysusers', { [users]: 'g bob 1:2\n' }, 'bootc cannot read the line'],
  ['sysusers', { [users]: 'r - 500\n' }, 'bootc cannot read the line'],
  ['sysusers', { 'etc/passwd': 'root:x:0\n' }, 'bootc cannot read the line: root:x:0'],
  ['sysusers', { 'etc/group': undefined }, 'there is a passwd and no group'],
])('%s is an error where bootc ends with one: %j', ([id, change, message]) => {
  const outcome = outcomeOf(id, imageFacts([{ files: change }]));

  expect(outcome.messages.join('\n')).toContain(message);
  expect(outcome.result).toBe('error');
});

test('30,000 paths of /var against 50,000 lines take no time', () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `d /var/lib/y${index}`).join('\n');
  const paths = Array.from({ length: 30_000 }, (_, index) => [`var/lib/x${index}`, '/'] as const);
  const facts = imageFacts([{ files: { ...Object.fromEntries(paths), [tmpfiles]: lines } }]);
  const started = performance.now();

  const outcome = outcomeOf('var-tmpfiles', facts);

  expect(outcome.messages).toHaveLength(1_001);
  expect(outcome.messages.at(-1)).toBe('and 29000 more');
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.for<[change: Files]>([[{ 'usr/share/bad\udcff': 'x' }], [{ 'usr/share/bad': '-> \udcff' }]])(
  'utf8 names what is not: %j',
  ([files]) => {
    const outcome = outcomeOf('utf8', imageFacts([{ files }]));

    expect(outcome).toMatchObject({
      result: 'fail',
      messages: [`the name of /${Object.keys(files)[0]}, or where it points, is not UTF-8`],
    });
  },
);
