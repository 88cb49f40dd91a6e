import { attacks } from '#test/attack';

const large = `${'#'.repeat(1024 * 1024)}\n`;

attacks([
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
