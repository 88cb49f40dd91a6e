import { noColours, visibleLines, workflowCommand } from '#lib/text';
import type { RunEvent, Sink } from '../events.ts';
import { linesOf, type Manner, prefixes, type Write } from './plain.ts';
import { summary } from './summary.ts';

/** How a forge folds a part of its log. */
export interface Folding {
  readonly open: (title: string, key: string, isBad: boolean) => string;
  readonly close: (key: string, isBad: boolean) => string;
  /** Tells beside the log that something failed; nothing where a forge cannot. */
  readonly error: (title: string, text: string) => string;
  /** Text of a step as it may stand in the log. */
  readonly safe: (text: string) => string;
}

/** GitHub's workflow commands; what failed is not folded, and needs no end. */
export const github: Folding = {
  open: (title, _, isBad) => (isBad ? `${title}\n` : `::group::${title}\n`),
  close: (_, isBad) => (isBad ? '' : '::endgroup::\n'),
  error: (title, text) => `${workflowCommand('error', { title }, text)}\n`,
  safe: disarmed,
};

/** GitLab's sections of a job's log. */
export const gitlab: Folding = {
  open: (title, key, isBad) =>
    `\u001b[0Ksection_start:${seconds()}:${key}${isBad ? '' : '[collapsed=true]'}\r\u001b[0K${title}\n`,
  close: (key) => `\u001b[0Ksection_end:${seconds()}:${key}\r\u001b[0K\n`,
  error: () => '',
  safe: (text) => text,
};

function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Characters of one task that wait for its end; more come in several folds. */
const MANY = 4_000_000;

/**
 * Lines as everywhere, those of each task together behind a fold when it has ended, as tasks that run side by side would
 * otherwise stand in each other's log.
 */
export function groupedSink(
  write: Write,
  folding: Folding,
  { paint = noColours, waysOn }: Manner = {},
): Sink {
  const collect = summary(paint, waysOn);
  const prefix = prefixes(paint);
  const waiting = new Map<string, string>();
  const flush = (
    event: RunEvent & { readonly taskRun: string; readonly task: string },
    how: string,
    isBad: boolean,
  ) => {
    const text = waiting.get(event.taskRun) ?? '';
    waiting.delete(event.taskRun);
    const title = visibleLines(`${collect.labels.of(event)} ${how}`);
    const key = event.taskRun.replaceAll(/[^\w.-]/g, '_');
    write(`${folding.open(title, key, isBad)}${text}${folding.close(key, isBad)}`);
  };
  return {
    event: (event) => {
      collect.event(event);
      const lines = linesOf(event, collect.labels, prefix).map((line) => `${folding.safe(line)}\n`);
      if (!('taskRun' in event) || event.type === 'breakpoint') for (const line of lines) write(line);
      else {
        waiting.set(event.taskRun, `${waiting.get(event.taskRun) ?? ''}${lines.join('')}`);
        if ((waiting.get(event.taskRun) ?? '').length > MANY) flush(event, 'goes on', false);
      }
      if (event.type === 'task-end')
        flush(event, `${event.status}, ${event.seconds.toFixed(1)} s`, event.status !== 'Succeeded');
      if (event.type !== 'run-end') return;
      for (const { cause, lines: why } of collect.failures())
        write(
          folding.error(
            visibleLines(cause),
            why.length === 0 ? visibleLines(cause) : why.map(visibleLines).join('\n'),
          ),
        );
      write(`\n${folding.safe(collect.text())}`);
    },
  };
}

/**
 * What a step writes is no command to GitHub's runner, which takes one after blanks at the beginning of a line, and those
 * of its old form anywhere (ActionCommand.cs of actions/runner).
 */
function disarmed(text: string): string {
  return text.replaceAll(/^(?<blanks>\s*)::/gm, '$<blanks>: :').replaceAll('##[', '## [');
}
