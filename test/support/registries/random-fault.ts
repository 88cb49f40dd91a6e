import type { Fault } from './fault-proxy.ts';

/** Anything that can go wrong with one exchange; what takes time comes seldom. */
export function randomFault(random: () => number): Fault {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const faults: readonly (() => Fault)[] = [
    () => ({ kind: 'answer', status: [500, 502, 503, 504, 408, 429][upTo(6)] as number }),
    () => ({ kind: 'answer', status: 429, headers: { 'retry-after': '0' } }),
    () => ({ kind: 'reset-request', after: upTo(60_000) }),
    () => ({ kind: 'reset-response', after: upTo(60_000) }),
    () => ({ kind: 'truncate', after: upTo(60_000) }),
    () => ({ kind: 'lose-answer' }),
    () => ({ kind: 'corrupt', at: upTo(1_000) }),
    () => (upTo(10) === 0 ? { kind: 'silence' } : { kind: 'reset-response', after: 0 }),
    () => (upTo(10) === 0 ? { kind: 'drip', every: 2 } : { kind: 'answer', status: 503 }),
  ];
  return (faults[upTo(faults.length)] as () => Fault)();
}
