import type { Mutant } from './find-mutants.ts';

/** The name of the switch in the code: called with a mutant's number, it says whether that one is to run. */
export const SWITCH = '__isMutant';

/**
 * The source with all of its mutants in it, each behind the switch: `(__isMutant(7) ? mutated : original)` for an
 * expression, `{ if (!__isMutant(7)) { original } }` for a statement.
 *
 * @param first number of the first mutant
 */
export function instrument(source: string, mutants: readonly Mutant[], first: number): string {
  const hosts = hostsOf(mutants, first);
  return render(source, 0, source.length, hosts);
}

interface Host {
  readonly start: number;
  readonly end: number;
  readonly isStatement: boolean;
  readonly mutants: { readonly id: number; readonly text: string }[];
}

/** The places of the switches, outer ones before those that they hold. */
function hostsOf(mutants: readonly Mutant[], first: number): readonly Host[] {
  const hosts = new Map<string, Host>();
  for (const [index, { host, text }] of mutants.entries()) {
    const key = `${host.start} ${host.end} ${host.isStatement}`;
    const known = hosts.get(key) ?? { ...host, mutants: [] };
    known.mutants.push({ id: first + index, text });
    hosts.set(key, known);
  }
  return [...hosts.values()].sort(
    (a, b) => a.start - b.start || b.end - a.end || Number(b.isStatement) - Number(a.isStatement),
  );
}

function render(source: string, start: number, end: number, hosts: readonly Host[]): string {
  let text = '';
  let position = start;
  let rest = hosts;
  for (let [host] = rest; host !== undefined; [host] = rest) {
    const { start: from, end: to } = host;
    const inside = rest.slice(1).filter((other) => other.start >= from && other.end <= to);
    text += source.slice(position, from) + wrap(host, render(source, from, to, inside));
    position = to;
    rest = rest.slice(1 + inside.length);
  }
  return text + source.slice(position, end);
}

function wrap({ isStatement, mutants }: Host, original: string): string {
  if (isStatement) {
    const ids = mutants.map(({ id }) => `!${SWITCH}(${id})`);
    // The switch stands in braces of its own: an `else` that follows belongs to the `if` before.
    return `{ if (${ids.join(' && ')}) { ${original} } }`;
  }
  const others = mutants.map(({ id, text }) => `${SWITCH}(${id}) ? (${text}) : `);
  return `(${others.join('')}(${original}))`;
}
