import { hue, noColours, type Paint, visibleLines } from '#lib/text';
import type { RunEvent, Sink } from '../events.ts';
import type { Labels } from '../label.ts';
import { breakpointLines } from './breakpoint-lines.ts';
import type { WaysOn } from './ending.ts';
import { summary } from './summary.ts';

export type Write = (text: string) => void;

/** How much is told while a run goes on: nothing until its end, what steps write, or also what starts and ends. */
export type Detail = 'quiet' | 'usual' | 'verbose';

export interface Manner {
  readonly paint?: Paint;
  readonly waysOn?: WaysOn;
  readonly detail?: Detail;
}

/** Lines with a prefix, `[task : step] text`, as `tkn` prints logs; the summary at the end. */
export function plainSink(write: Write, { paint = noColours, waysOn, detail = 'usual' }: Manner = {}): Sink {
  const collect = summary(paint, waysOn);
  const prefix = prefixes(paint);
  return {
    event: (event) => {
      collect.event(event);
      const lines =
        detail === 'quiet' && event.type !== 'breakpoint' ? [] : linesOf(event, collect.labels, prefix);
      const more = detail === 'verbose' ? startOf(event, collect.labels, prefix) : [];
      for (const line of [...lines, ...more]) write(`${line}\n`);
      if (event.type === 'run-end') write(`${detail === 'quiet' ? '' : '\n'}${collect.text()}`);
    },
  };
}

/** `[task : step]`, each task in a colour of its own. */
export type Prefix = (name: string, step?: string) => string;

export function prefixes(paint: Paint): Prefix {
  const known = new Map<string, number>();
  return (name, step) => {
    const index = known.get(name) ?? known.size;
    known.set(name, index);
    return paint(hue(index), visibleLines(step === undefined ? `[${name}]` : `[${name} : ${step}]`));
  };
}

/** What every way of telling a run says of an event. */
export function linesOf(event: RunEvent, labels: Labels, prefix: Prefix): readonly string[] {
  switch (event.type) {
    case 'run-start':
      return [`${prefix(event.run)} started`];
    case 'task-start':
      return event.attempt === 0 ? [] : [`${prefix(labels.of(event))} try ${event.attempt + 1}`];
    case 'step-log':
      // What a step writes is for the terminal as it is: colours are wanted.
      return [`${prefix(labels.of(event), event.step)} ${event.text}`];
    case 'step-end':
      return event.exitCode === 0
        ? []
        : [
            `${prefix(labels.of(event), event.step)} exited with code ${event.exitCode}: ${visibleLines(event.reason)}`,
          ];
    case 'task-retry':
      return [`${prefix(labels.of(event))} failed, to be tried again: ${visibleLines(event.message)}`];
    case 'task-end':
      return event.status === 'Succeeded'
        ? []
        : [`${prefix(labels.of(event))} ${visibleLines(`${event.reason}: ${event.message}`)}`];
    case 'task-skip':
      return [`${prefix(event.task)} skipped: ${visibleLines(event.reason)}`];
    case 'task-reuse':
      return [`${prefix(event.task)} not run: ${visibleLines(event.why)}`];
    case 'breakpoint':
      return breakpointLines(event, labels).map(visibleLines);
    case 'note':
      return [visibleLines(event.text)];
    case 'task-wait':
    case 'step-start':
    case 'run-end':
      return [];
  }
}

/** What else happens, for who wants to know all of it. */
function startOf(event: RunEvent, labels: Labels, prefix: Prefix): readonly string[] {
  if (event.type === 'task-start' && event.attempt === 0)
    return [`${prefix(labels.of(event))} starts as ${event.taskRun}`];
  if (event.type === 'step-start') return [`${prefix(labels.of(event), event.step)} starts`];
  const after = 'seconds' in event ? `after ${event.seconds.toFixed(1)} s` : '';
  if (event.type === 'step-end' && event.exitCode === 0)
    return [`${prefix(labels.of(event), event.step)} ended ${after}`];
  if (event.type === 'task-end' && event.status === 'Succeeded')
    return [`${prefix(labels.of(event))} succeeded ${after}`];
  return [];
}
