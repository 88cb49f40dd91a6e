import { attacks } from '#test/attack';
import { itemsOf, layerOf } from '#test/images/bootc-image';
import { type Files, kernelVersion, modules, pe } from '#test/images/bootc-root';

const sealed: Files = { [`${modules}/vmlinuz`]: undefined, [`${modules}/initramfs.img`]: undefined };
const uki = 'boot/EFI/Linux/fedora.efi';
const check = 'kernel-initramfs';
const over = (files: Files) => ({ layers: [layerOf(itemsOf(files))] });

attacks([
  {
    name: 'no kernel',
    check,
    says: /no kernel/,
    wrong: { files: sealed },
    twin: { files: { ...sealed, [uki]: pe() } },
  },
  {
    name: 'a UKI without content',
    check,
    says: /no file with content/,
    wrong: { files: { ...sealed, [uki]: '' } },
    twin: { files: { ...sealed, [`${modules}/${kernelVersion}.efi`]: pe() } },
  },
  {
    name: 'two UKIs',
    check,
    says: /2 kernels/,
    wrong: { files: { ...sealed, [uki]: pe(), 'boot/EFI/Linux/other.efi': pe() } },
    twin: { files: { ...sealed, [uki]: pe(), 'boot/EFI/Linux/fedora.efi.extra.d/a.addon.efi': 'addon' } },
  },
  {
    name: 'a UKI that is a link to nothing',
    check,
    says: /no file with content/,
    wrong: { files: { ...sealed, [uki]: '-> ../../../usr/lib/nothing.efi' } },
    twin: { files: { ...sealed, [uki]: '-> ../../../usr/lib/a.efi', 'usr/lib/a.efi': pe() } },
  },
  {
    name: 'a vmlinuz that is a link to nothing',
    check,
    says: /no kernel/,
    wrong: { files: { [`${modules}/vmlinuz`]: '-> /usr/lib/nothing' } },
    twin: { files: { [`${modules}/vmlinuz`]: '-> /usr/lib/kernel', 'usr/lib/kernel': 'kernel' } },
  },
  {
    name: 'a vmlinuz that is a link to itself',
    check,
    says: /no kernel/,
    wrong: { files: { [`${modules}/vmlinuz`]: '-> vmlinuz' } },
    twin: {
      files: { [`${modules}/vmlinuz`]: '-> ./v2', [`${modules}/v2`]: '-> v3', [`${modules}/v3`]: 'kernel' },
    },
  },
  {
    name: 'a second kernel by a link',
    check,
    says: /2 kernels/,
    wrong: { files: { 'usr/lib/modules/6.18/vmlinuz': `-> ../${kernelVersion}/vmlinuz` } },
    twin: { files: { 'usr/lib/modules/6.18': `-> ${kernelVersion}` } },
  },
  {
    name: 'a second kernel from another layer',
    check: 'kernel',
    says: /2 kernels/,
    wrong: over({ 'usr/lib/modules/6.18/vmlinuz': 'kernel' }),
    twin: over({ 'usr/lib/modules/6.18/extra.ko': 'module' }),
  },
  {
    name: 'a layer that makes vmlinuz a directory',
    check,
    says: /no file with content/,
    wrong: over({ [`${modules}/vmlinuz/x`]: 'x' }),
    twin: over({ [`${modules}/vmlinuz`]: 'another kernel' }),
  },
  {
    name: 'a layer that makes vmlinuz a directory without naming it',
    check,
    says: /no file with content/,
    wrong: { layers: [layerOf([{ path: `${modules}/vmlinuz/x`, content: 'x' }])] },
    twin: { layers: [layerOf([{ path: `${modules}/vmlinux/x`, content: 'x' }])] },
  },
  {
    name: 'an initramfs that a layer whites out',
    check,
    says: /initramfs.img is missing/,
    wrong: over({ [`${modules}/.wh.initramfs.img`]: '' }),
    twin: over({ [`${modules}/.wh.initramfs.old`]: '', [`${modules}/initramfs.img`]: 'new' }),
  },
  {
    name: 'an initramfs in a directory that a layer makes opaque',
    check,
    says: /initramfs.img is missing/,
    wrong: over({ [`${modules}/.wh..wh..opq`]: '', [`${modules}/vmlinuz`]: 'kernel' }),
    twin: over({
      [`${modules}/.wh..wh..opq`]: '',
      [`${modules}/vmlinuz`]: 'kernel',
      [`${modules}/initramfs.img`]: 'i',
    }),
  },
  {
    name: 'an initramfs without content',
    check,
    says: /initramfs.img is missing/,
    wrong: { files: { [`${modules}/initramfs.img`]: '' } },
    twin: { files: { [`${modules}/initramfs.img`]: '-> ../../i', 'usr/lib/i': 'initramfs' } },
  },
  {
    name: 'a kernel in /boot',
    check: 'boot-var-empty',
    says: /\/boot\/vmlinuz/,
    wrong: { files: { 'boot/vmlinuz': 'kernel' } },
    twin: { files: { 'boot/efi/EFI/fedora/shim.efi': 'shim' } },
  },
]);
