import { createTwoFilesPatch, diffArrays, diffLines } from 'diff';
import { toYaml } from '#lib/tekton/objects';
import { printable, visibleJson, visibleLines } from '#lib/text';
import type { BundleEntry } from './bundle-entry.ts';
import type { FieldDiff, ObjectDiff } from './diff-bundles.ts';

/** Characters of the path of a field: the names in it are strangers' own. */
const PATH = 500;

/**
 * One line for each object and field, with what it was and what it is below it; for scripts and lists the lines that
 * differ.
 */
export function formatDiff(diff: ObjectDiff): string {
  if (diff.type !== 'changed') return `${diff.type} ${printable(diff.object)}\n`;
  return `changed ${printable(diff.object)}\n${diff.fields.map(formatField).join('')}`;
}

/** A unified diff of the YAML of one object; a side that has none counts as an empty text. */
export function unifiedDiff(
  object: string,
  before: BundleEntry | undefined,
  after: BundleEntry | undefined,
): string {
  const name = printable(object);
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, yamlOf(before), yamlOf(after), '', '', {
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
  return visibleLines(patch);
}

function yamlOf(entry: BundleEntry | undefined): string {
  if (entry === undefined) return '';
  return entry.object === undefined ? entry.text : toYaml(entry.object);
}

function formatField({ path, before, after }: FieldDiff): string {
  return `  ${path === '' ? '(all of it)' : printable(path, PATH)}\n${changedLines(before, after).join('')}`;
}

function changedLines(before: unknown, after: unknown): readonly string[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    return diffArrays(
      before.map((item) => visibleJson(item)),
      after.map((item) => visibleJson(item)),
    ).flatMap(signed);
  }
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) {
    return diffLines(before, after).flatMap(({ value, ...kind }) =>
      signed({ ...kind, value: value.replace(/\n$/, '').split('\n').map(visibleLines) }),
    );
  }
  return [
    ...(before === undefined ? [] : [line('-', visibleJson(before))]),
    ...(after === undefined ? [] : [line('+', visibleJson(after))]),
  ];
}

interface Part {
  readonly added?: boolean;
  readonly removed?: boolean;
  readonly value: readonly string[];
}

function signed({ added = false, removed = false, value }: Part): readonly string[] {
  if (!added && !removed) return [];
  return value.map((text) => line(added ? '+' : '-', text));
}

function line(sign: string, text: string): string {
  return `    ${sign} ${text}\n`;
}
