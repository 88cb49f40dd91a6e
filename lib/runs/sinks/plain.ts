import { visibleLines } from '#lib/text';
import type { RunEvent, Sink } from '../events.ts';
import { label } from '../label.ts';
import { breakpointLines } from './breakpoint-lines.ts';
import { summary } from './summary.ts';

export type Write = (text: string) => void;

/** Lines with a prefix, `[task : step] text`, as `tkn` prints logs; the summary at the end. */
export function plainSink(write: Write): Sink {
  const collect = summary();
  return {
    event: (event) => {
      collect.event(event);
      // What a step writes is for the terminal as it is: colours are wanted.
      const told = event.type === 'step-log' ? (line: string) => line : visibleLines;
      for (const line of linesOf(event)) write(`${told(line)}\n`);
      if (event.type === 'run-end') write(`\n${collect.text()}`);
    },
  };
}

function linesOf(event: RunEvent): readonly string[] {
  switch (event.type) {
    case 'run-start':
      return [`[${event.run}] started`];
    case 'task-start':
      return event.attempt === 0 ? [] : [`[${event.task}] try ${event.attempt + 1}`];
    case 'step-log':
      return [`[${label(event)} : ${event.step}] ${event.text}`];
    case 'step-end':
      return event.exitCode === 0
        ? []
        : [`[${label(event)} : ${event.step}] exited with code ${event.exitCode}: ${event.reason}`];
    case 'task-retry':
      return [`[${label(event)}] failed, to be tried again: ${event.message}`];
    case 'task-end':
      return event.status === 'Succeeded' ? [] : [`[${label(event)}] ${event.reason}: ${event.message}`];
    case 'task-skip':
      return [`[${event.task}] skipped: ${event.reason}`];
    case 'task-reuse':
      return [`[${event.task}] not run: ${event.why}`];
    case 'breakpoint':
      return breakpointLines(event);
    case 'note':
      return [event.text];
    case 'task-wait':
    case 'step-start':
    case 'run-end':
      return [];
  }
}
