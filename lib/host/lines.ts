/** Characters of a line that is given on before its end has come. */
const MOST = 64 * 1024;

export interface Lines {
  add(bytes: Uint8Array): void;
  /** Gives on what has no newline behind it. */
  end(): void;
}

/** Cuts bytes of UTF-8 into lines, wherever they are torn apart. */
export function createLines(line: (text: string) => void): Lines {
  const decoder = new TextDecoder();
  let rest = '';
  const give = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const one of lines) line(one.replace(/\r$/, ''));
    if (rest.length > MOST) {
      line(rest);
      rest = '';
    }
  };
  return {
    add: (bytes) => give(decoder.decode(bytes, { stream: true })),
    end() {
      give(decoder.decode());
      if (rest !== '') line(rest);
      rest = '';
    },
  };
}
