import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut into parts: a program that never ends its line must not fill the memory. */
const LONGEST = 64 * 1024;

export interface LineSplitter {
  readonly write: (chunk: Buffer) => void;
  /** Gives a last line that has no end. */
  readonly end: () => void;
}

/** `isWhole` is false for a part that another one follows on the same line. */
export function splitLines(line: (text: string, isWhole: boolean) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const one of lines) line(one.endsWith('\r') ? one.slice(0, -1) : one, true);
    while (rest.length > LONGEST) {
      line(rest.slice(0, LONGEST), false);
      rest = rest.slice(LONGEST);
    }
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (rest !== '') line(rest, true);
      rest = '';
    },
  };
}
