import { constants, createWriteStream } from 'node:fs';

/** A file that is written to as things come. */
export interface AppendFile {
  readonly write: (content: string | Buffer) => void;
  /** What to wait for before writing more; undefined where nothing piles up. */
  readonly drained: () => Promise<void> | undefined;
  /** Never rejects: what could not be written was told already. */
  readonly end: () => Promise<void>;
}

/** Opens a file, made where it is missing. A write that fails is told once, and nothing more is written. */
export function appendFile(path: string, onProblem: (error: Error) => void): AppendFile {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  // Never through a link: a step could have put it there to reach a file of this machine.
  const flags = (O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW) as unknown as string;
  const stream = createWriteStream(path, { flags, mode: 0o644 });
  let isBroken = false;
  stream.on('error', (error) => {
    if (!isBroken) onProblem(error);
    isBroken = true;
  });
  const settles = (event: 'drain' | 'finish') =>
    new Promise<void>((resolve) => {
      stream.once(event, () => resolve());
      stream.once('close', () => resolve());
    });
  return {
    write: (content) => {
      if (!isBroken) stream.write(content);
    },
    drained: () => (stream.writableNeedDrain && !isBroken ? settles('drain') : undefined),
    end: async () => {
      if (isBroken) return;
      const finished = settles('finish');
      stream.end();
      await finished;
    },
  };
}
