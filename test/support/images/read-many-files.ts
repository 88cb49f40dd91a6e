import { readFileSync } from 'node:fs';
import { readRootfs } from '#lib/rootfs';
import { header } from './tar-writer.ts';

/**
 * Reads an image of many files in a process of its own, and says what that took: `node read-many-files.ts <files>
 * plain|ostree`. In ostree's form each file is an object of 2 KiB and a hard link to it.
 */
const files = Number(process.argv[2]);
const isOstree = process.argv[3] === 'ostree';
const content = Buffer.alloc(2048, 'x');
const directory = (index: number) => `usr/share/directory-${Math.floor(index / 50)}`;

/** A header of which only the name changes, in place: what writes the layer must not weigh on what is measured. */
function entry(flag: string, size: number): (into: Buffer, at: number, name: string, link?: string) => void {
  const template = header({ name: Buffer.alloc(0), flag, size });
  return (into, at, name, link = '') => {
    template.copy(into, at);
    into.write(name, at, 'latin1');
    into.write(link, at + 157, 'latin1');
    let sum = 0;
    for (let index = 0; index < 512; index++)
      sum += index >= 148 && index < 156 ? 0x20 : (into[at + index] ?? 0);
    into.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  };
}

async function* layer(): AsyncGenerator<Uint8Array> {
  const object = entry('0', content.length);
  const link = entry('1', 0);
  const plain = entry('0', 0);
  const length = isOstree ? 512 + content.length + 512 : 512;
  for (let from = 0; from < files; from += 100) {
    const chunk = Buffer.alloc(length * Math.min(100, files - from));
    for (let at = 0; at < chunk.length; at += length) {
      const index = from + at / length;
      const name = `${directory(index)}/a-file-with-a-name-${index}.conf`;
      const path = `sysroot/ostree/repo/objects/${(index % 256).toString(16)}/${'0'.repeat(50)}${index}`;
      if (isOstree) {
        object(chunk, at, path);
        content.copy(chunk, at + 512);
        link(chunk, at + length - 512, name, path);
      } else plain(chunk, at, name);
    }
    yield chunk;
  }
  yield Buffer.alloc(1024);
}

const wanted = [`${directory(files - 1)}/a-file-with-a-name-${files - 1}.conf`, 'content'] as const;
await using rootfs = await readRootfs([{ name: 'the layer', open: layer }], { wanted: () => [wanted] });
let count = 0;
for (const path of rootfs.paths) if (rootfs.get(path)?.type === 'file') count += 1;
const read = rootfs.read(wanted[0]);
process.stdout.write(
  JSON.stringify({
    files: count,
    bytes: read.kind === 'content' ? read.bytes.length : read.kind,
    mebibytes: peak(),
    unread: rootfs.unread.length,
  }),
);

/** The peak of this program in MiB. maxRSS would be that of the process that started it, where that was larger (exec_mmap in fs/exec.c). */
function peak(): number {
  const [, kibibytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Math.round(Number.parseInt(kibibytes, 10) / 1024);
}
