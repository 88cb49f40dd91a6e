import { printable } from '#lib/text';
import { checks } from './checks/index.ts';
import { limits } from './limits.ts';
import { nameOf, signs, verdict } from './report.ts';
import type { Outcome, Report, Result } from './run-checks.ts';

const marks = { SUCCESS: '✓', WARNING: '!', FAILURE: '✗', ERROR: '✗' } as const;

/**
 * A report for a log, each line of it one line whatever the image says: the verdict, then what was found with what mends
 * it and the waiver to copy, then the names of the checks that have nothing against the image.
 */
export function reportLines(report: Report): string[] {
  const unused = report.unusedWaivers.map((waiver) => `unused waiver: ${printable(waiver)}`);
  const sources = (report.packages ?? []).map(
    ({ platform, composes }) =>
      `packages of ${printable(platform)}: ${composes.map(({ id, packages }) => `${packages.length} from ${id}`).join(', ')}`,
  );
  return [
    `${marks[markOf(report)]} ${printable(report.image)}@${report.digest}`,
    `  ${headline(report)}`,
    ...groupsOf(report).flatMap((group) => groupLines(group, report)),
    ...namesOf(report, 'pass', 'passed'),
    ...namesOf(report, 'skip', 'skipped'),
    ...sources,
    ...unused,
  ];
}

function markOf(report: Report): keyof typeof marks {
  const { result } = verdict(report);
  return result === 'SUCCESS' || result === 'WARNING' || result === 'FAILURE' ? result : 'ERROR';
}

/** `1 of 28 checks failed: kernel · aarch64, x86_64 · Fedora-43-20261123.n.0`. */
function headline(report: Report): string {
  const all = new Set(report.checks.map(({ id }) => id));
  const { result, note } = verdict(report);
  const bad = new Set(report.checks.filter(isBad).map(({ id }) => id));
  const what = bad.size === 0 ? note : `${bad.size} of ${all.size} checks ${note}`;
  const arches = archesOf(report).map((arch) => printable(arch, limits.arch));
  const parts = [`${result}: ${what}`, arches.join(', '), report.compose ?? ''];
  return parts.filter((part) => part !== '').join(' · ');
}

function isBad({ result }: Outcome): boolean {
  return result === 'fail' || result === 'error';
}

function archesOf({ checks: outcomes }: Report): readonly string[] {
  return [...new Set(outcomes.flatMap(({ arch }) => (arch === undefined ? [] : [arch])))];
}

/** Outcomes of one check that are alike but for the architecture. */
type Group = readonly [Outcome, ...Outcome[]];

const worst: readonly Result[] = ['error', 'fail', 'warn', 'waived'];

function groupsOf({ checks: outcomes }: Report): readonly Group[] {
  const told = outcomes.filter(({ result }) => worst.includes(result));
  const alike = Map.groupBy(told, ({ id, result, messages, reason }) =>
    JSON.stringify([id, result, messages, reason]),
  );
  const groups = [...alike.values()] as unknown as readonly Group[];
  return [...groups].sort(([a], [b]) => worst.indexOf(a.result) - worst.indexOf(b.result));
}

function groupLines(group: Group, report: Report): readonly string[] {
  const [{ id, result, messages, reason, waives }] = group;
  const arches = group.flatMap(({ arch }) => (arch === undefined ? [] : [printable(arch, limits.arch)]));
  const name = arches.length === 0 ? printable(id) : `${printable(id)}@${arches.join(',')}`;
  const how = waives === 'error' ? 'waived without a look' : 'waived';
  const because = reason === undefined ? '' : ` (${how}: ${printable(reason)})`;
  const told = messages
    .slice(0, limits.told)
    .map((message) => `${signs[result]} ${name}: ${printable(message, limits.line)}${because}`);
  const more =
    messages.length > limits.told
      ? [`${signs[result]} ${name}: and ${messages.length - limits.told} more`]
      : [];
  return [...told, ...more, ...(isBad(group[0]) ? wayOn(group, report) : [])];
}

/** What mends it, and the waiver to copy. */
function wayOn(group: Group, report: Report): readonly string[] {
  const [{ id }] = group;
  const mend = checks.find((check) => check.id === id)?.mend;
  const isEverywhere = group.length === archesOf(report).length;
  const names = isEverywhere ? [id] : group.map(nameOf);
  const waivers = names.map((name) => `"${printable(name)}=<reason>"`).join(', ');
  return [...(mend === undefined ? [] : [`  mend: ${mend}`]), `  or waive: ${waivers}`];
}

function namesOf({ checks: outcomes }: Report, result: Result, what: string): readonly string[] {
  const byId = Map.groupBy(outcomes, ({ id }) => id);
  const names = [...byId].filter(([, list]) => list.every((one) => one.result === result)).map(([id]) => id);
  // A check that passed on one platform and was left out on another has passed.
  const mixed =
    result === 'pass'
      ? [...byId]
          .filter(
            ([, list]) =>
              new Set(list.map((one) => one.result)).size > 1 &&
              list.every((one) => one.result === 'pass' || one.result === 'skip'),
          )
          .map(([id]) => id)
      : [];
  const all = [...names, ...mixed];
  return all.length === 0 ? [] : [`${all.length} ${what}: ${all.map((id) => printable(id)).join(', ')}`];
}
