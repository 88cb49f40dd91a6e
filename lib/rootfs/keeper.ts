import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Contents, HEAD, type Kept, type Want } from './contents.ts';
import type { Limits } from './limits.ts';

/** Keeps content of files by their numbers, within limits. */
export class Keeper implements Contents {
  readonly #limits: Limits;
  readonly #files = new Map<number, Kept>();
  #scratch: string | undefined;
  #bytes = 0;
  #spooled = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get(inode: number): Kept | undefined {
    return this.#files.get(inode);
  }

  get inodes(): readonly number[] {
    return [...this.#files.keys()];
  }

  /** Keeps a file, or the reason why it cannot be kept; it reads no more of the content than it keeps. */
  async keep(inode: number, want: Want, size: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.refuse(inode, want, size)) return;
    if (want === 'spool') {
      this.#scratch ??= await mkdtemp(join(tmpdir(), 'rootfs-'));
      const file = join(this.#scratch, String(inode));
      await pipeline(Readable.from(content, { objectMode: false }), createWriteStream(file));
      this.#spooled += size;
      this.#files.set(inode, { want, file, size });
    } else {
      const bytes = await read(content, want === 'head' ? Math.min(HEAD, size) : size);
      this.#bytes += bytes.length;
      this.#files.set(inode, { want, bytes });
    }
  }

  /** Remembers why a file cannot be kept; false where it can. */
  refuse(inode: number, want: Want, size: number): boolean {
    const why = this.#refusal(want, size);
    if (why !== undefined) this.#files.set(inode, { want: 'refused', why });
    return why !== undefined;
  }

  async drop(inode: number): Promise<void> {
    const kept = this.#files.get(inode);
    this.#files.delete(inode);
    if (kept?.want === 'spool') {
      this.#spooled -= kept.size;
      await rm(kept.file, { force: true });
    } else if (kept && kept.want !== 'refused') {
      this.#bytes -= kept.bytes.length;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
  }

  #refusal(want: Want, size: number): string | undefined {
    const { file, kept, spooled } = this.#limits;
    if (want === 'spool') {
      if (this.#spooled + size <= spooled) return undefined;
      return `it has ${size} bytes, and of databases no more than ${spooled} bytes are read`;
    }
    if (want === 'content' && size > file) return `it has ${size} bytes, more than the limit of ${file}`;
    if (this.#bytes + (want === 'head' ? Math.min(HEAD, size) : size) <= kept) return undefined;
    return `it has ${size} bytes, and of all files no more than ${kept} bytes are read`;
  }
}

async function read(content: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const bytes = Buffer.alloc(most);
  let length = 0;
  if (most === 0) return bytes;
  for await (const part of content) {
    bytes.set(part.subarray(0, most - length), length);
    length += Math.min(part.length, most - length);
    if (length === most) break;
  }
  return bytes;
}
