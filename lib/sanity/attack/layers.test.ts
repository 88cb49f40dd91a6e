import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, digestOf, type Layer, mediaTypeOf } from '#lib/oci';
import { attacks } from '#test/attack';
import { type ImageChoice, itemsOf, layerOf } from '#test/images/bootc-image';
import type { Files } from '#test/images/bootc-root';
import { chunkedLayer, tableOf } from '#test/images/chunked-layer';
import { entryOf, type TarItem, tarOf } from '#test/images/tar-writer';

const check = 'boot-var-empty';
const says = /\/(?:boot|var)\/\S+ should not be in the image/;
const log = { path: 'var/log/build.log', content: 'log' };
const layers = (...stack: (readonly TarItem[])[]): ImageChoice => ({
  layers: stack.map((items) => layerOf(items)),
});
const files = (...stack: Files[]): ImageChoice => layers(...stack.map(itemsOf));
const holes = Buffer.alloc(100_000);
for (let at = 0; at < holes.length; at += 10_000) holes.write('x', at);
const packed = (tar: Buffer, content: Buffer, compression: 'gzip' | 'zstd'): Layer => ({
  descriptor: describe(mediaTypeOf('layer', 'oci', compression), content),
  diffId: digestOf(tar),
  content,
});

/** A file of a form, and behind it one that must not be there. */
const behind = (item: TarItem) => ({ wrong: layers([item, log]), twin: layers([item]) });

const harmless = [{ path: 'usr/x', content: 'harmless' }];
const extra = [layerOf([{ path: 'usr/x', content: 'x' }])];

attacks([
  {
    name: 'old sparse form of GNU, which engines refuse',
    check: 'readable',
    says: /type "S"/,
    wrong: layers([{ path: 'usr/s', form: 'old-sparse', content: holes }, log]),
    twin: layers([{ path: 'usr/s', form: 'gnu', content: holes }]),
  },
  { name: 'sparse form 0.0', check, says, ...behind({ path: 'usr/s', form: 'sparse-0.0', content: holes }) },
  { name: 'sparse form 0.1', check, says, ...behind({ path: 'usr/s', form: 'sparse-0.1', content: holes }) },
  { name: 'sparse form 1.0', check, says, ...behind({ path: 'usr/s', form: 'sparse-1.0', content: holes }) },
  {
    name: 'a name that only the sparse header says',
    check,
    says,
    wrong: layers([{ path: 'boot/vmlinuz', form: 'sparse-1.0', content: holes }]),
    twin: layers([{ path: 'usr/boot/vmlinuz', form: 'sparse-1.0', content: holes }]),
  },
  {
    name: 'a name that only the pax header says',
    check,
    says,
    wrong: layers([{ path: 'usr/harmless', records: { path: 'boot/vmlinuz' }, content: 'k' }]),
    twin: layers([{ path: 'boot/vmlinuz', records: { path: 'usr/harmless' }, content: 'k' }]),
  },
  {
    name: 'a long name of GNU',
    check,
    says,
    wrong: layers([{ path: `var/lib/${'x'.repeat(120)}`, form: 'gnu', content: 'k' }]),
    twin: layers([{ path: `usr/lib/${'x'.repeat(120)}`, form: 'gnu', content: 'k' }]),
  },
  {
    name: 'a name with dots',
    check,
    says,
    wrong: layers([{ path: './usr/.././boot//vmlinuz', content: 'k' }]),
    twin: layers([{ path: './boot/.././usr//vmlinuz', content: 'k' }]),
  },
  {
    name: 'a name from the root',
    check,
    says,
    wrong: layers([{ path: '/boot/vmlinuz', content: 'k' }]),
    twin: layers([{ path: '/usr/vmlinuz', content: 'k' }]),
  },
  {
    name: 'a file through a link of the same layer',
    check,
    says,
    wrong: layers([
      { path: 'boot', flag: '5' },
      { path: 'b', flag: '2', link: 'boot' },
      { path: 'b/vmlinuz', content: 'k' },
    ]),
    twin: layers([
      { path: 'usr', flag: '5', mode: 0o755 },
      { path: 'b', flag: '2', link: 'usr' },
      { path: 'b/vmlinuz', content: 'k' },
    ]),
  },
  {
    name: 'a hard link into /boot',
    check,
    says,
    wrong: layers([
      { path: 'usr/k', content: 'k' },
      { path: 'boot/k', flag: '1', link: 'usr/k' },
    ]),
    twin: layers([
      { path: 'usr/k', content: 'k' },
      { path: 'usr/l', flag: '1', link: 'usr/k' },
    ]),
  },
  {
    name: 'a hard link to a link',
    check: 'baseimage-root',
    says: /\/ostree does not point/,
    wrong: layers([
      { path: 'usr/l', flag: '2', link: 'elsewhere' },
      { path: 'ostree', flag: '1', link: 'usr/l' },
    ]),
    twin: layers([
      { path: 'usr/l', flag: '2', link: 'sysroot/ostree' },
      { path: 'ostree', flag: '1', link: 'usr/l' },
    ]),
  },
  {
    name: 'a file below /ostree, whose layer does not name the directory',
    check: 'baseimage-root',
    says: /\/ostree does not point/,
    wrong: layers([{ path: 'ostree/x', content: 'x' }]),
    twin: layers([{ path: 'sysroot/ostree/x', content: 'x' }]),
  },
  {
    name: 'a directory in place of /ostree',
    check: 'baseimage-root',
    says: /\/ostree does not point/,
    wrong: files({ ostree: '/' }),
    twin: files({ ostree: '-> sysroot/ostree' }),
  },
  {
    name: '/var is a file',
    check: 'api-base-directories',
    says: /\/var is no directory/,
    wrong: files({ var: 'a file' }),
    twin: files({ var: '/' }),
  },
  {
    name: 'a whiteout of /proc',
    check: 'api-base-directories',
    says: /\/proc is no directory/,
    wrong: files({ '.wh.proc': '' }),
    twin: files({ '.wh.proc': '', proc: '/' }),
  },
  {
    name: 'a file that a later layer does not remove',
    check,
    says,
    wrong: files({ 'var/lib/x': 'y' }, { 'var/lib/.wh.z': '' }),
    twin: files({ 'var/lib/x': 'y' }, { 'var/lib/.wh.x': '' }),
  },
  {
    name: 'a whiteout that its own layer undoes',
    check,
    says,
    wrong: files({ 'var/lib/x': 'y' }, { 'var/lib/.wh.x': '', 'var/lib/x': 'z' }),
    twin: files({ 'var/lib/x': 'y' }, { 'var/.wh.lib': '' }),
  },
  {
    name: 'a link in /var to nowhere',
    check,
    says,
    wrong: files({ 'var/lib/x': '-> nowhere' }),
    twin: files({ 'usr/lib/x': '-> nowhere' }),
  },
  {
    name: '/var/run is a directory',
    check: 'var-run',
    says: /no symbolic link/,
    wrong: files({ 'var/run': '/' }),
    twin: {},
  },
  {
    name: 'a device in /var',
    check,
    says,
    wrong: layers([{ path: 'var/null', flag: '3', major: 1, minor: 3 }]),
    twin: layers([{ path: 'usr/null', flag: '3', major: 1, minor: 3 }]),
  },
  {
    name: 'a file in the second member of gzip',
    check,
    says,
    wrong: { layers: [twoMembers([{ path: 'usr/a', content: 'a' }], [log])] },
    twin: { layers: [twoMembers([{ path: 'usr/a', content: 'a' }], [{ path: 'usr/b', content: 'b' }])] },
  },
  {
    name: 'a file in the second frame of zstd',
    check,
    says,
    wrong: { layers: [twoFrames([{ path: 'usr/a', content: 'a' }], [log])] },
    twin: { layers: [twoFrames([{ path: 'usr/a', content: 'a' }], [{ path: 'usr/b', content: 'b' }])] },
  },
  {
    name: 'a name that is no UTF-8',
    check: 'utf8',
    says: /is not UTF-8/,
    wrong: layers([{ path: Buffer.from('usr/\xff', 'latin1'), content: 'x' }]),
    twin: layers([{ path: 'usr/\u00ff', content: 'x' }]),
  },
  {
    name: 'a link whose target is no UTF-8',
    check: 'utf8',
    says: /is not UTF-8/,
    wrong: layers([{ path: 'usr/l', flag: '2', link: Buffer.from('\xff', 'latin1') }]),
    twin: layers([{ path: 'usr/l', flag: '2', link: '\u00ff' }]),
  },
  {
    name: 'content after one block of zeros',
    says: /layer 2/,
    wrong: { layers: [layerOf(Buffer.concat([Buffer.alloc(512), entryOf(log), Buffer.alloc(1024)]))] },
    twin: { layers: [layerOf(tarOf([], Buffer.alloc(10_240)))] },
  },
  {
    name: 'a layer that ends in the middle of a file',
    says: /layer 2/,
    wrong: { layers: [layerOf(entryOf({ path: 'usr/x', content: 'x'.repeat(2000) }).subarray(0, 1024))] },
    twin: { layers: [layerOf(entryOf({ path: 'usr/x', content: 'x'.repeat(2000) }))] },
  },
  {
    name: 'a layer that is no archive',
    says: /layer 2/,
    wrong: { layers: [layerOf(Buffer.alloc(2048, 'x'))] },
    twin: { layers: extra },
  },
  {
    name: 'an entry of a type that nobody knows',
    check: 'readable',
    says: /usr\/x/,
    wrong: layers([{ path: 'usr/x', flag: 'Q', content: 'x' }]),
    twin: layers([{ path: 'usr/x', flag: '6' }]),
  },
  {
    name: 'a table of contents by which podman unpacks another file',
    check: 'readable',
    says: /table of contents.* says of "\/usr\/x" other than the layer does/,
    wrong: { layers: [chunkedLayer(harmless, tableOf([{ path: 'usr/x', content: 'harmful!' }]))] },
    twin: { layers: [chunkedLayer(harmless)] },
  },
  {
    name: 'a table of contents with a file more',
    check: 'readable',
    says: /table of contents/,
    wrong: { layers: [chunkedLayer(harmless, tableOf([...harmless, log]))] },
    twin: { layers: [chunkedLayer([...harmless, { path: 'usr/log', content: 'log' }])] },
  },
]);

function twoMembers(first: readonly TarItem[], second: readonly TarItem[]): Layer {
  const parts = [tarOf(first, Buffer.alloc(0)), tarOf(second)];
  return packed(Buffer.concat(parts), Buffer.concat(parts.map((part) => gzipSync(part))), 'gzip');
}

function twoFrames(first: readonly TarItem[], second: readonly TarItem[]): Layer {
  const parts = [tarOf(first, Buffer.alloc(0)), tarOf(second)];
  return packed(Buffer.concat(parts), Buffer.concat(parts.map((part) => zstdCompressSync(part))), 'zstd');
}
