import { plainSink, type Sink, treeSink } from '#lib/runs';

/** A live tree on a terminal, plain lines elsewhere. */
export function screenSink(): Sink {
  const { stdout } = process;
  const write = (text: string) => void stdout.write(text);
  if (!stdout.isTTY) return plainSink(write);
  return treeSink({ write, columns: () => stdout.columns, rows: () => stdout.rows });
}
