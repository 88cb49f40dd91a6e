import { once } from 'node:events';
import { constants, createWriteStream, fchmod } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A file that is written to as things come. */
export interface AppendFile {
  readonly write: (content: string | Buffer) => void;
  /** What to wait for before writing more; undefined where nothing piles up. */
  readonly drained: () => Promise<void> | undefined;
  /** Never rejects: what could not be written was told already. */
  readonly end: () => Promise<void>;
}

/** Opens a file, made where it is missing. A write that fails is told once, and nothing more is written. */
export function appendFile(
  path: string,
  onProblem: (error: Error) => void,
  { isShared = false }: { readonly isShared?: boolean } = {},
): AppendFile {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  // Never through a link: a step could have put it there to reach a file of this machine.
  const flags = (O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW) as unknown as string;
  const stream = createWriteStream(path, { flags, mode: 0o644 });
  // For whoever reads it in a container, whatever our umask is.
  if (isShared) stream.once('open', (file: number) => fchmod(file, 0o644, () => undefined));
  let isBroken = false;
  stream.on('error', (error) => {
    if (!isBroken) onProblem(error);
    isBroken = true;
  });
  let draining: Promise<void> | undefined;
  const drain = async () => {
    const other = new AbortController();
    const { signal } = other;
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(
      () => undefined,
    );
    other.abort();
    draining = undefined;
  };
  return {
    write: (content) => {
      if (!isBroken) stream.write(content);
    },
    drained: () => {
      if (stream.writableNeedDrain && !isBroken) draining ??= drain();
      return draining;
    },
    end: async () => {
      if (isBroken) return;
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
}
