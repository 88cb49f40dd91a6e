import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../events.ts';
import { isEvent } from './is-event.ts';

/** The events of a run, as far as they are written; none where there are none yet. */
export async function readEvents(directory: string): Promise<readonly RunEvent[]> {
  const text = await readFile(join(directory, 'events.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const event: unknown = line === '' ? undefined : JSON.parse(line);
      return isEvent(event) ? [event] : [];
    } catch {
      // The last line of a run that goes on, or was killed, may be half written.
      return [];
    }
  });
}

type EventOf<T extends RunEvent['type']> = RunEvent & { readonly type: T };

export function findEvent<T extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: T,
): EventOf<T> | undefined {
  return events.find((event): event is EventOf<T> => event.type === type);
}
