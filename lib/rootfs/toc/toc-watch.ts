import { createHash, type Hash } from 'node:crypto';
import { quoted } from '#lib/text';
import { TABLE_MAX } from '../limits.ts';
import type { TarEntry } from '../read-tar.ts';
import { attributesOfEntry, attributesOfToc } from './attributes.ts';
import { parseToc } from './parse-toc.ts';
import type { Toc } from './toc-of.ts';

/** Bytes of a digest that are kept: enough that nobody finds two texts with the same ones. */
const KEPT = 16;
/** The entry of an estargz layer that has the table; engines pass over it. */
const INDEX = 'stargz.index.json';

type Reader = (content: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * Compares the table of contents of a layer with its stream: what is judged is the stream, and podman may unpack by the
 * table. They must have the same entries in the same order, with the same contents.
 */
export class TocWatch {
  readonly #toc: Toc;
  readonly #table: Buffer[] = [];
  #blob = 0;
  /** Digests of what stands in the stream, entry by entry. */
  #entries = Buffer.alloc(1024 * KEPT);
  #count = 0;

  constructor(toc: Toc) {
    this.#toc = toc;
  }

  /** Takes bytes of the blob as they come, compressed. */
  readonly blob = (bytes: Uint8Array): void => {
    const before = this.#blob;
    this.#blob += bytes.length;
    if (this.#toc.kind !== 'zstd:chunked') return;
    const start = Math.max(0, this.#toc.offset - before);
    const end = this.#toc.offset + this.#toc.length - before;
    if (start < bytes.length && end > 0) this.#table.push(Buffer.from(bytes.subarray(start, end)));
  };

  /** Takes an entry of the stream; its content is read to the end, and given on to who wants it. */
  entry(entry: TarEntry, read: Reader | undefined): Promise<void> | undefined {
    if (this.#toc.kind === 'unknown') return read?.(entry.content());
    if (this.#toc.kind === 'estargz' && entry.path.toString().replace(/^\.\//, '') === INDEX)
      return this.#index(entry);
    if (entry.size > 0) return this.#file(entry, read);
    this.#add(attributesOfEntry(entry, ''));
    return read?.(entry.content());
  }

  /** What is wrong, once the stream has been read. */
  async finish(): Promise<string | undefined> {
    if (this.#toc.kind === 'unknown') return this.#toc.why;
    const table = Buffer.concat(this.#table);
    this.#table.length = 0;
    if (`sha256:${createHash('sha256').update(table).digest('hex')}` !== this.#toc.digest)
      return 'has a table of contents that is not the one of its digest';
    let at = 0;
    const why = await parseToc(table, this.#toc.kind === 'zstd:chunked', (value) => {
      const found = attributesOfToc(value);
      if (found === undefined) return undefined;
      if (typeof found !== 'string') return found.why;
      const isSame = at < this.#count && digestOf(found).equals(this.#kept(at));
      at += 1;
      return isSame ? undefined : `says of ${nameIn(found)} other than the layer does`;
    });
    if (why !== undefined) return `has a table of contents, by which podman may unpack it, that ${why}`;
    return at === this.#count
      ? undefined
      : `has a table of contents, by which podman may unpack it, with ${at} of ${this.#count} entries`;
  }

  async #file(entry: TarEntry, read: Reader | undefined): Promise<void> {
    const hash = createHash('sha256');
    const content = entry.content();
    if (read) await read(passOn(content, hash));
    for await (const bytes of content) hash.update(bytes);
    this.#add(attributesOfEntry(entry, `sha256:${hash.digest('hex')}`));
  }

  async #index(entry: TarEntry): Promise<void> {
    if (entry.size > TABLE_MAX) return;
    for await (const bytes of entry.content()) this.#table.push(Buffer.from(bytes));
  }

  #add(attributes: string): void {
    if ((this.#count + 1) * KEPT > this.#entries.length)
      this.#entries = Buffer.concat([this.#entries, Buffer.alloc(this.#entries.length)]);
    digestOf(attributes).copy(this.#entries, this.#count * KEPT);
    this.#count += 1;
  }

  #kept(at: number): Buffer {
    return this.#entries.subarray(at * KEPT, (at + 1) * KEPT);
  }
}

/** Gives content on without closing it where its reader has enough. */
async function* passOn(content: AsyncGenerator<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await content.next();
    if (done) return;
    hash.update(value);
    yield value;
  }
}

function digestOf(attributes: string): Buffer {
  return createHash('sha256').update(attributes).digest().subarray(0, KEPT);
}

function nameIn(attributes: string): string {
  const [name] = JSON.parse(attributes) as [string];
  return quoted(`/${name}`);
}
