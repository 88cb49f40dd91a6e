/** Standard output, which a shell takes for a while: what is written meanwhile comes after it. */
export interface SharedOutput {
  readonly write: (text: string) => void;
  readonly isTaken: () => boolean;
  /** Gives a function that gives it back. */
  readonly take: () => () => void;
}

export function sharedOutput(stream: { write: (text: string) => unknown }): SharedOutput {
  let isTaken = false;
  let waiting = '';
  return {
    write: (text) => {
      if (isTaken) waiting += text;
      else stream.write(text);
    },
    isTaken: () => isTaken,
    take: () => {
      isTaken = true;
      return () => {
        isTaken = false;
        stream.write(waiting);
        waiting = '';
      };
    },
  };
}
