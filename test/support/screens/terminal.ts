import { spawn } from 'node:child_process';
import { once } from 'node:events';
import xterm from '@xterm/headless';

export interface OnTerminal {
  /** What stands on it at the end, what has scrolled out of sight included, without blanks at the ends of lines. */
  readonly lines: readonly string[];
  /** All that was written, as it was. */
  readonly written: string;
  readonly code: number;
}

interface TerminalOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** What is typed once the text is there, one after the other; `\u0003` is Ctrl-C. */
  readonly type?: readonly (readonly [after: string, keys: string])[];
}

/** A program on a pseudo-terminal of util-linux, and on a screen as xterm would show it. */
export async function onTerminal(
  program: string,
  args: readonly string[],
  { columns, rows = 30, environment = {}, directory, type = [] }: TerminalOptions,
): Promise<OnTerminal> {
  const {
    NO_COLOR: _,
    FORCE_COLOR: __,
    CI: ___,
    GITHUB_ACTIONS: ____,
    GITLAB_CI: _____,
    ...inherited
  } = process.env;
  const words = [program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn(
    'script',
    ['-q', '-e', '-f', '-c', `stty cols ${columns} rows ${rows}; exec ${words}`, '/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...inherited, TERM: 'xterm-256color', SHELL: '/bin/sh', ...environment },
      ...(directory === undefined ? {} : { cwd: directory }),
    },
  );
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  let written = '';
  const left = [...type];
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    written += text;
    terminal.write(text);
    const [next] = left;
    if (next === undefined || !written.includes(next[0])) return;
    left.shift();
    child.stdin.write(next[1]);
  });
  const [code] = (await once(child, 'close')) as [number];
  await new Promise<void>((resolve) => terminal.write('', resolve));
  const { buffer } = terminal;
  const lines = Array.from({ length: buffer.active.length }, (_____, index) =>
    (buffer.active.getLine(index)?.translateToString(true) ?? '').trimEnd(),
  );
  terminal.dispose();
  while (lines.at(-1) === '') lines.pop();
  return { lines, written, code };
}
