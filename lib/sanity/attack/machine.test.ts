import { describe, digestOf, type Layer, mediaTypeOf } from '#lib/oci';
import { attacks } from '#test/attack';
import { type ImageChoice, layerOf } from '#test/images/bootc-image';
import { elf, type Files, kernelVersion, modules, pe } from '#test/images/bootc-root';
import { tarOf } from '#test/images/tar-writer';

// What podman unpacks and no machine would start.
const vmlinuz = `${modules}/vmlinuz`;
const osRelease = 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=43\n';
const bound = 'usr/lib/bootc/bound-images.d';
const [amd64, arm64] = [0x8664, 0xaa64];
const over = (files: Files): ImageChoice => ({ files });
const final = (label: string, layers: readonly Layer[]): ImageChoice => ({
  labels: { 'ostree.final-diffid': label },
  layers,
});
const extra = layerOf([{ path: 'usr/x', content: 'x' }]);

attacks([
  {
    name: 'a kernel for another machine',
    check: 'architecture',
    says: /vmlinuz is built for amd64/,
    wrong: over({ [vmlinuz]: pe(amd64) }),
    twin: over({ [vmlinuz]: pe(arm64) }),
  },
  {
    name: 'a UKI that is no program of EFI',
    check: 'kernel-initramfs',
    says: /a\.efi is no UKI/,
    wrong: over({ [vmlinuz]: undefined, 'boot/EFI/Linux/a.efi': elf(183) }),
    twin: over({ [vmlinuz]: undefined, 'boot/EFI/Linux/a.efi': pe() }),
  },
  {
    name: 'a UKI for another machine',
    check: 'architecture',
    says: /a\.efi is built for amd64/,
    wrong: over({ [vmlinuz]: undefined, 'boot/EFI/Linux/a.efi': pe(amd64) }),
    twin: over({ [vmlinuz]: undefined, 'boot/EFI/Linux/a.efi': pe(arm64) }),
  },
  {
    name: 'a UKI for another machine beside its modules',
    check: 'architecture',
    says: /\.efi is built for the PE machine 0x14c/,
    wrong: over({ [vmlinuz]: undefined, [`${modules}/${kernelVersion}.efi`]: pe(0x14c) }),
    twin: over({ [vmlinuz]: undefined, [`${modules}/${kernelVersion}.efi`]: pe(arm64) }),
  },
  {
    name: 'a kernel of ppc64le',
    check: 'architecture',
    says: /vmlinuz is built for ppc64le/,
    wrong: over({ [vmlinuz]: elf(21) }),
    twin: over({ [vmlinuz]: elf(183) }),
  },
  {
    name: 'a kernel whose header lies far behind its beginning',
    check: 'architecture',
    says: /its PE header is not at its beginning/,
    wrong: over({ [vmlinuz]: pe(amd64, 0x1ffc) }),
    twin: over({ [vmlinuz]: pe(arm64, 0x0ffa) }),
  },
  {
    name: 'a kernel that is all holes',
    check: 'kernel-initramfs',
    says: /vmlinuz is no file with content/,
    wrong: { layers: [layerOf([{ path: vmlinuz, form: 'sparse-1.0', content: Buffer.alloc(100_000) }])] },
    twin: {
      layers: [
        layerOf([{ path: vmlinuz, form: 'sparse-1.0', content: Buffer.alloc(100_000).fill('k', 0, 9) }]),
      ],
    },
  },
  {
    name: 'an initramfs of zeros',
    check: 'kernel-initramfs',
    says: /initramfs\.img is missing, or empty/,
    wrong: over({ [`${modules}/initramfs.img`]: Buffer.alloc(8192) }),
    twin: over({ [`${modules}/initramfs.img`]: Buffer.alloc(8192).fill('i', 4095) }),
  },
  {
    name: 'an initramfs in /run',
    check: 'root-layout',
    says: /initramfs\.img leads to \/run\/i/,
    wrong: over({ [`${modules}/initramfs.img`]: '-> /run/i', 'run/i': 'initramfs' }),
    twin: over({ [`${modules}/initramfs.img`]: '-> ../../i', 'usr/lib/i': 'initramfs' }),
  },
  {
    name: 'an os-release in /tmp',
    check: 'root-layout',
    says: /\/usr\/lib\/os-release leads to \/tmp\/x/,
    wrong: over({ 'usr/lib/os-release': '-> /tmp/x', 'tmp/x': osRelease }),
    twin: over({ 'usr/lib/os-release': '-> ../share/x', 'usr/share/x': osRelease }),
  },
  {
    name: 'systemd behind a directory that is a link into /run',
    check: 'root-layout',
    says: /systemd leads to \/run\/systemd\/systemd/,
    wrong: over({
      'usr/lib/systemd/systemd': undefined,
      'usr/lib/systemd': '-> ../../run/systemd',
      'run/systemd/systemd': elf(183),
    }),
    twin: over({
      'usr/lib/systemd/systemd': undefined,
      'usr/lib/systemd': '-> ../libexec',
      'usr/libexec/systemd': elf(183),
    }),
  },
  {
    name: '/bin beside /usr/bin',
    check: 'root-layout',
    says: /\/bin does not lead into \/usr/,
    wrong: over({ 'bin/bash': elf(183) }),
    twin: over({ bin: '-> usr/bin', 'usr/bin/bash': elf(183) }),
  },
  {
    name: '/lib64 that leads nowhere',
    check: 'root-layout',
    says: /\/lib64 does not lead into \/usr/,
    wrong: over({ lib64: '-> usr/lib64' }),
    twin: over({
      lib64: '-> /usr/lib64',
      'usr/lib64': '/',
      sbin: '-> usr/sbin',
      'usr/sbin': '-> bin',
      'usr/bin': '/',
    }),
  },
  {
    name: 'a layer that puts a directory over the link /lib',
    check: 'root-layout',
    says: /\/lib does not lead into \/usr/,
    wrong: { files: { lib: '-> usr/lib' }, layers: [layerOf([{ path: 'lib/x.so', content: 'x' }])] },
    twin: { files: { lib: '-> usr/lib' }, layers: [layerOf([{ path: 'usr/lib/x.so', content: 'x' }])] },
  },
  {
    name: '/usr is a link',
    check: 'root-layout',
    says: /\/usr is no directory/,
    wrong: { layers: [layerOf([{ path: 'usr', flag: '2', link: 'sysroot' }])] },
    twin: { layers: [layerOf([{ path: 'usr', flag: '5', mode: 0o755 }])] },
  },
  {
    name: '/etc is a link',
    check: 'root-layout',
    says: /\/etc is no directory/,
    wrong: etc({ etc: '-> usr/share/etc', 'usr/share/etc': '/' }),
    twin: etc({ 'usr/etc': '/' }),
  },
  {
    name: 'a directory of kargs that is a file',
    check: 'bootc-kargs',
    says: /could not look: \/usr\/lib\/bootc\/kargs\.d: it is no directory/,
    wrong: over({ 'usr/lib/bootc/kargs.d/00.toml': undefined, 'usr/lib/bootc/kargs.d': 'x' }),
    twin: over({ 'usr/lib/bootc/kargs.d/00.toml': undefined, 'usr/lib/bootc/kargs.d': '-> nowhere' }),
  },
  {
    name: 'the label of ostree on an image that was squashed',
    check: 'ostree-layers',
    says: /ostree\.final-diffid is sha256:\w+, which no layer has/,
    wrong: final(digestOf(Buffer.from('gone')), [extra]),
    twin: final(extra.diffId, [extra]),
  },
  {
    name: 'the last layer of ostree twice',
    check: 'ostree-layers',
    says: /ostree\.final-diffid is that of 2 layers/,
    wrong: final(extra.diffId, [extra, extra]),
    twin: final(extra.diffId, [extra, other()]),
  },
  {
    name: 'a version of blanks',
    check: 'labels',
    says: /image\.version is missing/,
    wrong: { labels: { 'org.opencontainers.image.version': ' \n' } },
    twin: { labels: { 'org.opencontainers.image.version': '43 (Rawhide)' } },
  },
  {
    name: 'an os-release whose ID is a path',
    check: 'os-release',
    says: /\/usr\/lib\/os-release has the ID "\.\.\/x"/,
    wrong: over({ 'usr/lib/os-release': osRelease.replace('fedora', '../x') }),
    twin: over({ 'usr/lib/os-release': osRelease.replace('fedora', 'fedora-eln_1.x') }),
  },
  {
    name: 'an os-release whose version is more than a version',
    check: 'os-release',
    says: /has the VERSION_ID "43 \(Rawhide\)"/,
    wrong: over({ 'usr/lib/os-release': osRelease.replace('=43', '="43 (Rawhide)"') }),
    twin: over({ 'usr/lib/os-release': osRelease.replace('=43', '="43.20261123"') }),
  },
  {
    name: 'a bound image that is no link',
    check: 'bound-images',
    says: /a\.image is no symbolic link/,
    wrong: over({ [`${bound}/a.image`]: '[Image]\nImage=quay.io/a/b\n' }),
    twin: quadlet('a.image', '# of us\n[Unit]\nAfter=x\n[Image]\nImage=quay.io/a/b:%%1\n'),
  },
  {
    name: 'a bound image that leads nowhere',
    check: 'bound-images',
    says: /a\.image leads nowhere/,
    wrong: over({ [`${bound}/a.image`]: '-> /usr/share/containers/systemd/a.image' }),
    twin: over({ [bound]: '/' }),
  },
  {
    name: 'a bound image with a specifier',
    check: 'bound-images',
    says: /has a specifier/,
    wrong: quadlet('a.container', '[Container]\nImage=quay.io/a/b:%v\n'),
    twin: quadlet('a.container', '[Container]\nImage = quay.io/a/b:1\nAuthFile=/x\n'),
  },
  {
    name: 'a bound image with credentials',
    check: 'bound-images',
    says: /has an AuthFile/,
    wrong: quadlet('a.image', '[Image]\nImage=quay.io/a/b\nAuthFile=/etc/ostree/auth.json\n'),
    twin: quadlet('a.image', '[Image]\nImage=quay.io/a/b\n[Service]\nAuthFile=x\n'),
  },
  {
    name: 'a bound image of another kind',
    check: 'bound-images',
    says: /neither a \.image nor a \.container/,
    wrong: quadlet('a.kube', '[Kube]\nYaml=a.yaml\n'),
    twin: quadlet('b.container', '[Container]\nImage=quay.io/a/b\n'),
  },
  {
    name: 'a bound image without an image',
    check: 'bound-images',
    says: /has no Image in \[Image\]/,
    wrong: quadlet('a.image', '[Container]\nImage=quay.io/a/b\n'),
    twin: quadlet('a.image', '[Image]\nImage=x\nImage=quay.io/a/b\n'),
  },
]);

function etc(files: Files): ImageChoice {
  const gone = { 'etc/passwd': undefined, 'etc/group': undefined, 'etc/yum.repos.d/fedora.repo': undefined };
  return { files: { ...gone, ...files } };
}

function quadlet(name: string, text: string): ImageChoice {
  const path = `usr/share/containers/systemd/${name}`;
  return { files: { [path]: text, [`${bound}/${name}`]: `-> /${path}` } };
}

/** Another layer that unpacks to the same: its blob has another digest. */
function other(): Layer {
  const content = tarOf([{ path: 'usr/y', content: 'y' }]);
  return {
    descriptor: describe(mediaTypeOf('layer', 'oci', 'none'), content),
    diffId: digestOf(content),
    content,
  };
}
