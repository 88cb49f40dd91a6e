// Words for what a proxy of faults is told: which answer, to which request, how often.
import type { Fault, Seen } from './fault-proxy.ts';

type Faults = (seen: Seen) => Fault | undefined;

export function answer(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault {
  return { kind: 'answer', status, headers, body };
}

export function where(matches: (seen: Seen) => boolean, fault: Fault | undefined): Faults {
  return (seen) => (matches(seen) ? fault : undefined);
}

/** The first requests of a method, and no later one. */
export function first(times: number, method: string, fault: Fault): Faults {
  let left = times;
  return (seen) => (seen.method === method && left-- > 0 ? fault : undefined);
}
