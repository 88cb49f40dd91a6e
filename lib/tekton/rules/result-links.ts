import {
  allParams,
  expressionsIn,
  expressionsOf,
  type ResultRef,
  resultRefs,
  resultsIn,
  textsOf,
} from '../language/index.ts';
import type { PipelineResult, PipelineTask, TaskResult } from '../objects/api.gen.ts';
import { type Problem, problemOf } from '../objects/problem.ts';
import type { ReferenceTypes } from './reference-types.ts';
import { resultType } from './results.ts';

interface LinkStrictness {
  /** Only what Tekton refuses: a reference that stays as it is does not stop a run there. */
  readonly lenient?: boolean | undefined;
}

/** ValidatePipelineTaskResults (pkg/reconciler/pipelinerun/resources/validate_dependencies.go), and the use of types. */
export function taskResultLinkProblems(
  task: PipelineTask,
  types: ReferenceTypes,
  path: string,
  { lenient = false }: LinkStrictness,
): readonly Problem[] {
  const params = allParams(task, path);
  const seen = new Set<string>();
  const say = (ref: ResultRef, at: string): readonly Problem[] => {
    if (seen.has(`${at} ${ref.expression}`)) return [];
    seen.add(`${at} ${ref.expression}`);
    const beginning = `invalid result reference in pipeline task ${JSON.stringify(task.name ?? '')}: `;
    return refProblems(ref, types, lenient, ['InvalidTaskResultReference', beginning], at);
  };
  const inParams = params.flatMap((param) =>
    resultsIn(expressionsOf(param.value)).flatMap((ref) => say(ref, param.path)),
  );
  const expressions = new Set(params.flatMap(({ value }) => expressionsOf(value)));
  const elsewhere = resultRefs(task)
    .filter(({ expression }) => !expressions.has(expression))
    .flatMap((ref) => say(ref, path));
  return [
    ...inParams,
    ...elsewhere,
    ...(lenient ? [] : params.flatMap((param) => mixedProblems(param.value, types, param.path))),
  ];
}

/** ValidatePipelineResults. */
export function pipelineResultLinkProblems(
  results: readonly PipelineResult[],
  types: ReferenceTypes,
  path: string,
  { lenient = false }: LinkStrictness,
): readonly Problem[] {
  return results.flatMap(({ name, value }, index) =>
    resultsIn(expressionsOf(value)).flatMap((ref) => {
      const beginning = `invalid pipeline result ${JSON.stringify(name)}: `;
      const saying = ['InvalidPipelineResultReference', beginning] as const;
      return refProblems(ref, types, lenient, saying, `${path}[${index}].value`);
    }),
  );
}

/** validateResultRef, else what is wrong with the use of a result that is there. */
function refProblems(
  ref: ResultRef,
  types: ReferenceTypes,
  lenient: boolean,
  [reason, beginning]: readonly [reason: string, beginning: string],
  path: string,
): readonly Problem[] {
  const results = types.results(ref.pipelineTask);
  const unmet = types.unmet?.(ref.pipelineTask);
  if (unmet !== undefined) return [{ path, reason, message: `${beginning}${unmet}` }];
  if (results?.some(({ name }) => name === ref.result) === false) {
    const words = `${beginning}"${ref.result}" is not a named result returned by pipeline task "${ref.pipelineTask}"`;
    const names = results.map(({ name }) => name).join(', ');
    return [{ path, reason, words, message: names === '' ? words : `${words}; there are: ${names}` }];
  }
  const message = lenient ? undefined : misuse(ref, types);
  return problemOf(path, message);
}

/** An element or a key that a result of this type does not have: the reference would stay in the text as it is. */
function misuse(ref: ResultRef, types: ReferenceTypes): string | undefined {
  const declared = types.result(ref.pipelineTask, ref.result);
  if (!declared || types.isMatrixed(ref.pipelineTask)) return undefined;
  const type = resultType(declared);
  const say = (what: string) =>
    `result "${ref.result}" of pipeline task "${ref.pipelineTask}" has type ${type}: ${what} in $(${ref.expression})`;
  if (ref.property !== undefined) {
    if (type !== 'object') return say(`no key "${ref.property}"`);
    return hasKey(declared, ref.property) ? undefined : say(`no key "${ref.property}" among its properties`);
  }
  if (ref.index === '*' && type === 'string') return say('no [*]');
  if (/^\d+$/.test(ref.index ?? '') && type !== 'array') return say(`no element [${ref.index}]`);
  return undefined;
}

function hasKey({ properties }: TaskResult, key: string): boolean {
  return properties === undefined || Object.hasOwn(properties, key);
}

/** A whole list or object stands alone; among other text it is not replaced. */
function mixedProblems(
  value: Parameters<typeof textsOf>[0],
  types: ReferenceTypes,
  path: string,
): readonly Problem[] {
  return textsOf(value).flatMap((text) => {
    const wholes = resultsIn(expressionsIn(text)).filter((ref) => {
      const declared = types.result(ref.pipelineTask, ref.result);
      const isString = !declared || resultType(declared) === 'string';
      const isPart = ref.property !== undefined || /^\d+$/.test(ref.index ?? '');
      return !isString && !isPart && text !== `$(${ref.expression})`;
    });
    return wholes.map(({ expression }) => ({
      path,
      message: `variable is not properly isolated in ${JSON.stringify(text)}: $(${expression}) is a whole list or object`,
    }));
  });
}
