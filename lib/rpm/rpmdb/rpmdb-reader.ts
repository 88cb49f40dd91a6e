import { printable } from '#lib/text';
import { InvalidRpmdbError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type BlobServer, startBlobServer } from './blob-server.ts';
import { readFrames } from './frames.ts';
import { type BlobsRequest, serveBlobs } from './serve-blobs.ts';

export interface ReadBlobsOptions {
  /** Milliseconds that the size of the database allows, beside those that all databases of the reader share. */
  readonly forSize: number;
  /** Bytes of all blobs together; what is really in a file has no more than the file. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads databases in a process that a signal or the end of the time ends. The process is started when this is made, so that
 * it is ready by the time that there is a database, and one process reads all of them, one after the other: Node takes
 * longer to start than a database to read. After a database that ended it, the next one gets another.
 *
 * An image may have a database for each platform, so that all of them share the time that is not for their size.
 */
export class RpmdbReader implements Disposable {
  readonly #program: () => void;
  /** Milliseconds that are left for all databases together. */
  #left: number;
  #server: BlobServer | undefined;
  #last: Promise<void> = Promise.resolve();
  #isDisposed = false;

  constructor(program: () => void = serveBlobs, time: number = limits.time) {
    this.#left = time;
    this.#program = program;
    this.#server = startBlobServer(program);
  }

  /** The blobs of Packages as they come. @throws {InvalidRpmdbError} */
  async *read(
    request: Omit<BlobsRequest, 'most'>,
    options: ReadBlobsOptions,
  ): AsyncGenerator<Buffer, void, undefined> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    try {
      await before;
      options.signal?.throwIfAborted();
      if (this.#isDisposed) throw new InvalidRpmdbError('nothing is read any more');
      yield* this.#ask({ ...request, most: limits.header }, options);
    } finally {
      resolve();
    }
  }

  /** Ends the process, whatever it does. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#server?.letGo();
    this.#server = undefined;
  }

  #stop(): void {
    this.#server?.end();
    this.#server = undefined;
  }

  async *#ask(request: BlobsRequest, { forSize, most, signal }: ReadBlobsOptions): AsyncGenerator<Buffer> {
    this.#server ??= startBlobServer(this.#program);
    const server = this.#server;
    const started = performance.now();
    const timeout = this.#left + forSize;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      server.end();
    }, timeout);
    signal?.addEventListener('abort', server.end, { once: true });
    let isAnswered = false;
    try {
      server.requests.write(`${JSON.stringify(request)}\n`);
      const ended = yield* readFrames(server.output, most);
      isAnswered = ended.kind !== 'cut off';
      if (ended.kind === 'whole') return;
      if (ended.kind === 'failed') throw new InvalidRpmdbError(printable(ended.why.trim()));
      signal?.throwIfAborted();
      if (isLate) {
        throw new InvalidRpmdbError(
          `it takes more than the ${(timeout / 1000).toFixed(1)} s that are left for the databases of the image`,
        );
      }
      await server.exited;
      throw new InvalidRpmdbError('the process that read it was ended');
    } finally {
      clearTimeout(timer);
      this.#left -= Math.max(0, performance.now() - started - forSize);
      signal?.removeEventListener('abort', server.end);
      // What it says from now on would be taken for the answer to another request.
      if (!isAnswered) this.#stop();
    }
  }
}
