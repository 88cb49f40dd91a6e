import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ExpectedError } from '#lib/errors';
import { DownloadError, NotWrittenError, TooLargeError, WrongContentError } from './errors.ts';
import { type Answer, type AskOptions, ask, broken, IDLE_TIMEOUT, refused, stalled } from './exchange.ts';
import { canSucceedLater, waitAfter } from './patience.ts';
import { createStall } from './stall.ts';

/** Digest that a file must have; the algorithm by its name in OpenSSL, the value in small hexadecimal. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
  readonly hex: string;
}

export interface DownloadOptions extends Omit<AskOptions, 'headers'> {
  /** The file that is made; what is there is replaced. */
  readonly path: string;
  /** Bytes that it must have. */
  readonly size?: number | undefined;
  readonly checksum?: Checksum | undefined;
  /** Bytes that it may have where nobody says how many it must. */
  readonly limit: number;
  /** How often it is asked for without a mebibyte coming, where asking again can help. */
  readonly attempts?: number | undefined;
}

/** Bytes after which a connection that breaks has been of use, and is no failed try. */
const PROGRESS = 1024 * 1024;

/** What of the document is in the file. */
interface Partial {
  received: number;
  hash: Hash | undefined;
  /** ETag or Last-Modified of the answer that it came with. */
  validator: string | undefined;
  isResumed: boolean;
}

/**
 * Writes a document into a file as it comes, and goes on where a connection broke (RFC 9110, section 14). Size and digest
 * are checked on the way. When it throws the file is there, and is not whole.
 *
 * @throws {DownloadError} after trying again what can succeed later
 * @throws {WrongContentError} when it has another size or digest
 * @throws {TooLargeError}
 * @throws {NotWrittenError}
 */
export async function download(url: URL, options: DownloadOptions): Promise<void> {
  const file = await open(options.path, 'w');
  try {
    const partial = fresh(options);
    let isAgain = false;
    for (let attempt = 1, before = 0; ; attempt++, isAgain = true) {
      try {
        await receive(url, file, partial, options);
        // An earlier try may have left more than there is.
        if (isAgain) await file.truncate(partial.received);
        return;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (partial.received - before >= PROGRESS) attempt = 1;
        before = partial.received;
        await beforeNext(attempt, error, partial, options);
      }
    }
  } finally {
    await file.close();
  }
}

/** Waits until it is asked again; throws what asking again cannot help. */
async function beforeNext(
  attempt: number,
  error: unknown,
  partial: Partial,
  options: DownloadOptions,
): Promise<void> {
  // Its parts may be of two versions: without a validator nobody said so.
  const isMixed = error instanceof WrongContentError && partial.isResumed;
  if (isMixed) Object.assign(partial, fresh(options));
  else if (
    !(error instanceof DownloadError) ||
    !(canSucceedLater(error) || error.status === RANGE_NOT_SATISFIABLE)
  )
    throw error;
  await waitAfter(error, attempt, options);
}

const OK = 200;
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

function fresh({ checksum }: DownloadOptions): Partial {
  const hash = checksum === undefined ? undefined : createHash(checksum.algorithm);
  return { received: 0, hash, validator: undefined, isResumed: false };
}

async function receive(
  url: URL,
  file: FileHandle,
  partial: Partial,
  options: DownloadOptions,
): Promise<void> {
  const answer = await ask(url, { ...options, headers: rangeOf(partial) });
  const { statusCode, headers } = answer.response;
  if (statusCode === PARTIAL_CONTENT && startOf(headers['content-range']) === partial.received) {
    partial.isResumed = true;
  } else if (statusCode === OK) {
    Object.assign(partial, fresh(options));
  } else {
    if (statusCode === RANGE_NOT_SATISFIABLE) Object.assign(partial, fresh(options));
    throw refused(answer);
  }
  // A weak one says nothing about single bytes.
  const { etag } = headers;
  partial.validator = etag?.startsWith('"') === true ? etag : headers['last-modified'];
  await collect(answer, file, partial, options);
  const { checksum, size } = options;
  if (size !== undefined && partial.received < size) {
    throw new DownloadError(`cannot read ${url.href}: ${partial.received} of ${size} bytes came`);
  }
  const hex = partial.hash?.copy().digest('hex');
  if (checksum !== undefined && hex !== checksum.hex) {
    throw new WrongContentError(
      `${url.href} has the digest ${checksum.algorithm}:${hex}, not ${checksum.algorithm}:${checksum.hex}`,
    );
  }
}

function rangeOf({ received, validator }: Partial): Readonly<Record<string, string>> {
  // A package is compressed already, and a range of a compressed answer would be one of other bytes.
  const identity = { 'accept-encoding': 'identity' };
  if (received === 0) return identity;
  return { ...identity, range: `bytes=${received}-`, ...(validator ? { 'if-range': validator } : {}) };
}

/** First byte of what a Content-Range says. */
function startOf(contentRange: string | undefined): number | undefined {
  const start = /^bytes (\d+)-/.exec(contentRange ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

async function collect(
  { url, response }: Answer,
  file: FileHandle,
  partial: Partial,
  options: DownloadOptions,
): Promise<void> {
  const { size, limit, signal, idleTimeout = IDLE_TIMEOUT } = options;
  const refuseMore = (bytes: number, more: string) => {
    if (bytes <= (size ?? limit)) return;
    if (size === undefined) throw new TooLargeError(`${url.href} has more than ${limit} bytes`);
    throw new WrongContentError(`${url.href} has ${bytes} bytes${more}, not ${size}`);
  };
  const stall = createStall(idleTimeout, () => response.destroy(stalled(idleTimeout)));
  try {
    const length = Number(response.headers['content-length'] ?? 0);
    const total = partial.received + length;
    refuseMore(total, '');
    if (size !== undefined && length > 0 && total < size)
      throw new WrongContentError(`${url.href} has ${total} bytes, not ${size}`);
    stall.start();
    for await (const chunk of response as AsyncIterable<Buffer>) {
      stall.stop(chunk.length);
      refuseMore(partial.received + chunk.length, ' or more');
      partial.hash?.update(chunk);
      await write(file, chunk, partial.received, options.path);
      partial.received += chunk.length;
      stall.start();
    }
  } catch (cause) {
    response.destroy();
    throw cause instanceof ExpectedError ? cause : broken(url, cause, signal);
  } finally {
    stall.stop(0);
  }
}

/** @throws {NotWrittenError} such as on a full disk */
async function write(file: FileHandle, chunk: Buffer, at: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
      done += bytesWritten;
    }
  } catch (cause) {
    const { message } = cause as Error;
    throw new NotWrittenError(`cannot write ${path}: ${message}`, { hint: 'is there room on the disk?' });
  }
}
