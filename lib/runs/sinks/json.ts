import { visibleJson } from '#lib/text';
import type { Sink } from '../events.ts';
import type { Write } from './plain.ts';

/** Every event as one line of JSON. */
export function jsonSink(write: Write): Sink {
  return { event: (event) => write(`${visibleJson(event)}\n`) };
}
