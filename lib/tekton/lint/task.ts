import { stringsIn } from '../language/index.ts';
import type { TaskSpec } from '../objects/api.gen.ts';
import type { Placed } from '../objects/walk.ts';
import { resultType } from '../rules/results.ts';
import { type Finding, findIf, finding } from './finding.ts';
import { isUsed } from './unused.ts';

/** Lints that look at a task as a whole. */
export function taskFindings({ value: spec, path }: Placed<TaskSpec>): readonly Finding[] {
  return [
    ...resultNameFindings(spec, path),
    ...budgetFindings(spec, path),
    ...stepReferenceFindings(spec, path),
    ...resultPathFindings(spec, path),
    ...unwrittenFindings(spec, path),
  ];
}

function resultNameFindings({ results = [], steps = [] }: TaskSpec, path: string): readonly Finding[] {
  const lists = [
    { at: `${path}.results`, names: results.map(({ name }) => name) },
    ...steps.map((step, index) => ({
      at: `${path}.steps[${index}].results`,
      names: (step.results ?? []).map(({ name }) => name),
    })),
  ];
  return lists.flatMap(({ at, names }) =>
    names.flatMap((name, index) =>
      findIf(
        name.includes('.'),
        'result-dot-name',
        `${at}[${index}].name`,
        `${name} has a dot, so nothing can refer to it: Tekton takes what follows for a key`,
      ),
    ),
  );
}

/** Bytes of a termination message, of which the kubelet keeps so many per container and per pod. */
const CONTAINER_LIMIT = 4_096;
const POD_LIMIT = 12_288;
/** Counted: the JSON around one result, and the time of the start that stands in every message. */
const RESULT_OVERHEAD = 32;
const MESSAGE_OVERHEAD = 66;
/** Guessed: a digest has 71 characters, a reference about 150, a test's verdict about 250. */
const TYPICAL = { string: 200, array: 500, object: 0 } as const;
const TYPICAL_KEY = 150;

function budgetFindings({ results = [], steps = [] }: TaskSpec, path: string): readonly Finding[] {
  let size = MESSAGE_OVERHEAD;
  for (const result of results) {
    const type = resultType(result);
    const keys = Object.keys(result.properties ?? {}).length * TYPICAL_KEY;
    size += RESULT_OVERHEAD + result.name.length + (TYPICAL[type as keyof typeof TYPICAL] ?? 0) + keys;
  }
  // Every step tells all results that are there again.
  const pod = size * steps.length;
  return [
    ...findIf(
      size > CONTAINER_LIMIT,
      'result-budget',
      `${path}.results`,
      `${results.length} results make about ${size} bytes, and a step may tell ${CONTAINER_LIMIT}`,
    ),
    ...findIf(
      size <= CONTAINER_LIMIT && pod > POD_LIMIT,
      'result-budget',
      `${path}.results`,
      `${results.length} results told by ${steps.length} steps make about ${pod} bytes, and a pod may tell ${POD_LIMIT}`,
    ),
  ];
}

/** `$(steps.<name>.results...)` and `$(steps.step-<name>.exitCode.path)` of steps that are not there, or come later. */
function stepReferenceFindings({ steps = [], results = [] }: TaskSpec, path: string): readonly Finding[] {
  const indexes = new Map(steps.flatMap(({ name }, index) => (name === '' ? [] : [[name, index] as const])));
  const inSteps = steps.flatMap((step, index) =>
    references(step).flatMap(({ text, name }) => {
      const other = indexes.get(name) ?? unnamedIndex(name, text, steps);
      const at = `${path}.steps[${index}]`;
      if (other === undefined) {
        return [finding('unnamed-step-ref', at, `${text} refers to no step of this task by name`)];
      }
      return findIf(
        other >= index,
        'step-ref-order',
        at,
        `${text} refers to a step that has not run by then`,
      );
    }),
  );
  const inResults = results.flatMap(({ value }, index) =>
    references(value ?? '')
      .filter(({ name }) => !indexes.has(name))
      .map(({ text }) =>
        finding(
          'unnamed-step-ref',
          `${path}.results[${index}].value`,
          `${text} refers to no step of this task by name`,
        ),
      ),
  );
  return [...inSteps, ...inResults];
}

function references(value: unknown): readonly { readonly text: string; readonly name: string }[] {
  const pattern = /\$\(steps\.(?:(?<step>[^.)]+)\.results\.[^)]*|step-(?<exited>[^.)]+)\.exitCode\.path)\)/g;
  return stringsIn(value).flatMap((text) =>
    Array.from(text.matchAll(pattern), ({ 0: match, groups = {} }) => ({
      text: match,
      name: groups.step ?? groups.exited ?? '',
    })),
  );
}

/** Index of an unnamed step, of which only the exit code can be asked for, by its place. */
function unnamedIndex(name: string, text: string, steps: TaskSpec['steps'] = []): number | undefined {
  const index = Number(/^unnamed-(?<index>\d+)$/.exec(name)?.groups?.index);
  return text.endsWith('.exitCode.path)') && steps[index]?.name === '' ? index : undefined;
}

/** Tekton looks for `$(results.x.path)` of unknown results in scripts only. */
function resultPathFindings(
  { steps = [], sidecars = [], results = [] }: TaskSpec,
  path: string,
): readonly Finding[] {
  const names = new Set(results.map(({ name }) => name));
  const lists = [
    ...steps.map((step, index) => ({ at: `${path}.steps[${index}]`, value: { ...step, script: '' } })),
    ...sidecars.map((sidecar, index) => ({ at: `${path}.sidecars[${index}]`, value: sidecar })),
  ];
  return lists.flatMap(({ at, value }) =>
    stringsIn(value).flatMap((text) =>
      Array.from(text.matchAll(/\$\(results\.(?<name>[^.)]+)\.path\)/g))
        .filter(({ groups }) => !names.has(groups?.name ?? ''))
        .map(([match]) =>
          finding('unknown-variable', at, `${match} stays as it is: the task has no such result`),
        ),
    ),
  );
}

/** Results that no step seems to write, where all that the steps do can be read. */
function unwrittenFindings({ steps = [], results = [] }: TaskSpec, path: string): readonly Finding[] {
  if (steps.length === 0 || !steps.every(({ script = '' }) => script !== '')) return [];
  return results.flatMap(({ name, value }, index) =>
    findIf(
      value === undefined &&
        !isUsed(`results.${name}`, steps) &&
        !stringsIn(steps).some((text) => text.includes(`/tekton/results/${name}`)),
      'unused-result',
      `${path}.results[${index}]`,
      `no step mentions $(results.${name}.path)`,
    ),
  );
}
