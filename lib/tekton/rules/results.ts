import { paramType } from '../language/index.ts';
import type { StepResult, TaskResult } from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { isDnsLabel, isResultName, RESULT_NAME } from './names.ts';
import { propertyProblems } from './params.ts';

/** The type of a result: what it says, else what its properties imply (TaskResult.SetDefaults). */
export function resultType({ type, properties }: StepResult): string {
  if (type !== undefined && type !== '') return type;
  return properties ? 'object' : 'string';
}

/** TaskResult.Validate (result_validation.go). */
export function taskResultProblems(results: readonly TaskResult[], path: string): readonly Problem[] {
  return results.flatMap((result, index) => {
    const at = `${path}[${index}]`;
    const name = resultNameProblems(result.name, at);
    if (name.length > 0) return name;
    return [...resultTypeProblems(result, at, 'type must be string'), ...valueProblems(result, at)];
  });
}

/** StepResult.Validate (result_validation.go). */
export function stepResultProblems(results: readonly StepResult[], path: string): readonly Problem[] {
  return results.flatMap((result, index) => {
    const at = `${path}[${index}]`;
    const name = resultNameProblems(result.name, at);
    return name.length > 0 ? name : resultTypeProblems(result, at, `invalid type ${result.type}`);
  });
}

/** Nobody fills in the result types of an inline step: only what says that it is an object is looked at as one. */
export function inlineStepResultProblems(results: readonly StepResult[], path: string): readonly Problem[] {
  return results.flatMap((result, index) => {
    const at = `${path}[${index}]`;
    const name = resultNameProblems(result.name, at);
    if (name.length > 0 || (result.type ?? '') === '') return name;
    return [
      ...resultTypeProblems(result, at, `invalid type ${result.type}`),
      ...(result.type === 'object' ? untypedPropertyProblems(result, at) : []),
    ];
  });
}

/** Where the defaulting webhook does not look, a property must say that it is a string. */
export function untypedPropertyProblems(
  { properties = {} }: Pick<StepResult, 'properties'>,
  path: string,
): readonly Problem[] {
  const keys = Object.entries(properties).filter(([, { type = '' }]) => type === '');
  if (keys.length === 0) return [];
  const message = `the value type specified for these keys [${keys.map(([key]) => key).join(' ')}] is invalid, the type must be string`;
  return [{ path: `${path}.properties`, message }];
}

function resultNameProblems(name: string, path: string): readonly Problem[] {
  if (isResultName(name)) return [];
  const message = `invalid key name "${name}": Name must consist of alphanumeric characters, '-', '_', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my-name',  or 'my_name', regex used for validation is '${RESULT_NAME}')`;
  return [{ path: `${path}.name`, message }];
}

function resultTypeProblems(result: StepResult, path: string, detail: string): readonly Problem[] {
  const type = resultType(result);
  if (type === 'string' || type === 'array') return [];
  if (type !== 'object') return [{ path: `${path}.type`, message: `invalid value: ${type}: ${detail}` }];
  if (result.properties === undefined) return [{ path: `${path}.properties`, message: 'missing field(s)' }];
  return propertyProblems(result.properties, `${path}.properties`).map(({ message, ...rest }) => ({
    ...rest,
    message: `${message}, the type must be string`,
  }));
}

/** validateValue: `$(steps.<step>.results.<result>)`. */
function valueProblems({ value }: TaskResult, at: string): readonly Problem[] {
  const path = `${at}.value`;
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string') {
    return [{ path, message: `Invalid Type. Wanted string but got: "${paramType(value)}"` }];
  }
  const found = /\$\(steps\.(?<step>[^\n]*?)\.results\.(?<result>[^\n]*?)\)/.exec(value)?.groups;
  if (!found) {
    const message = `Could not extract step name and result name. Expected value to look like $(steps.<stepName>.results.<resultName>) but got "${value}"`;
    return [{ path, message }];
  }
  const { step = '', result = '' } = found;
  return [
    ...problemIf(!isDnsLabel(step), path, `invalid extracted step name "${step}"`),
    ...problemIf(!isResultName(result), path, `invalid extracted result name "${result}"`),
  ];
}
