import { isMatrixed } from '#lib/tekton/objects';
import type { ParamValue, TaskRunResult } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { LiveChild } from '../pipelinerun/live-task.ts';
import type { PreparedTask } from '../prepare/prepared.ts';
import { standInChild } from './stand-in-child.ts';

/**
 * What stands for a task whose results are typed by hand, by `task.result`; undefined where none of them is its own.
 *
 * @throws {InvalidRunError} for a result that it does not have
 */
export function givenChildren(
  { name, task, body }: PreparedTask,
  given: Readonly<Record<string, string>>,
): readonly LiveChild[] | undefined {
  const own = Object.entries(given).filter(([key]) => key.startsWith(`${name}.`));
  if (own.length === 0) return undefined;
  const declared = new Map((body.spec.results ?? []).map((result) => [result.name, result.type ?? 'string']));
  const results = own.map(([key, text]) => {
    const result = key.slice(name.length + 1);
    const type = declared.get(result);
    if (type === undefined) {
      throw new InvalidRunError(`task ${name} has no result ${result}`, {
        hint: `it has: ${[...declared.keys()].join(', ') || 'none'}`,
      });
    }
    return { name: result, type, text };
  });
  if (!isMatrixed(task)) {
    return [
      standInChild(
        '',
        results.map(({ text, ...rest }) => ({ ...rest, value: typedValue(text, rest.type) })),
      ),
    ];
  }
  // Each run of a matrix gives one of the elements.
  const lists = results.map(({ text, ...rest }) => ({ ...rest, values: listOf(text) }));
  const count = Math.max(...lists.map(({ values }) => values.length));
  return Array.from({ length: count }, (_, index) =>
    standInChild(
      String(index).padStart(6, '0'),
      lists.flatMap(({ name: result, type, values }): readonly TaskRunResult[] => {
        const value = values[index];
        return value === undefined ? [] : [{ name: result, type, value }];
      }),
    ),
  );
}

function typedValue(text: string, type: string): ParamValue {
  if (type === 'array') return listOf(text);
  if (type !== 'object') return text;
  if (text.startsWith('{')) return fromJson(text) as Readonly<Record<string, string>>;
  return Object.fromEntries(
    text.split(',').map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  );
}

function listOf(text: string): readonly string[] {
  if (!text.startsWith('[')) return text === '' ? [] : text.split(',');
  return (fromJson(text) as readonly unknown[]).map(String);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidRunError(`the result ${text} begins like JSON and is none`, { cause });
  }
}
