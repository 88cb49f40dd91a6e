import { paramType, specType } from '../language/index.ts';
import type { Param, ParamSpec, PropertySpec } from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { isParamName } from './names.ts';

const types = ['string', 'array', 'object'];

export function specsOfType(specs: readonly ParamSpec[], type: string): readonly ParamSpec[] {
  return specs.filter((spec) => specType(spec) === type);
}

/** ValidateParameterTypes (task_validation.go). */
export function paramTypeProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  return specs.flatMap((spec, index) => specTypeProblems(spec, `${path}[${index}]`));
}

function specTypeProblems(spec: ParamSpec, path: string): readonly Problem[] {
  const type = specType(spec);
  if (!types.includes(type)) return [{ path: `${path}.type`, message: `invalid value: ${type}` }];
  if (spec.default !== undefined && paramType(spec.default) !== type) {
    const message = `"${type}" type does not match default value's type: "${paramType(spec.default)}"`;
    return [{ path: `${path}.default`, message }];
  }
  return propertyProblems(spec.properties, `${path}.properties`);
}

/** ValidateObjectType: properties are strings, and nothing else yet. */
export function propertyProblems(
  properties: Readonly<Record<string, PropertySpec>> | undefined,
  path: string,
): readonly Problem[] {
  const keys = Object.entries(properties ?? {})
    .filter(([, { type = '' }]) => type !== '' && type !== 'string')
    .map(([key]) => key);
  if (keys.length === 0) return [];
  return [{ path, message: `The value type specified for these keys [${keys.join(' ')}] is invalid` }];
}

/** ValidateNoDuplicateNames and validateParamEnums (param_types.go). */
export function paramSpecProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  const seen = new Set<string>();
  return specs.flatMap((spec, index) => {
    const at = `${path}[${index}]`;
    const isRepeated = seen.has(spec.name);
    seen.add(spec.name);
    return [
      ...problemIf(isRepeated, at, `parameter appears more than once: ${spec.name}`),
      ...enumProblems(spec, `${at}.enum`),
    ];
  });
}

/** ValidateNameFormat (task_validation.go); nobody asks it of a Pipeline's params. */
export function paramNameProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  return specs.flatMap((spec, index) => {
    const message = paramNameProblem(spec);
    return problemOf(`${path}[${index}].name`, message);
  });
}

function paramNameProblem(spec: ParamSpec): string | undefined {
  if (specType(spec) !== 'object') {
    if (isParamName(spec.name, 'string')) return undefined;
    return `The format of following array and string variable names is invalid: [${spec.name}]; it must begin with a letter or an underscore and hold only alphanumeric characters, '-', '_' and '.'`;
  }
  const wrong = [spec.name, ...Object.keys(spec.properties ?? {})].filter(
    (name) => !isParamName(name, 'object'),
  );
  if (wrong.length === 0) return undefined;
  return `Object param name and key name format is invalid: [${wrong.join(' ')}]; it must begin with a letter or an underscore and hold only alphanumeric characters, '-' and '_'`;
}

function enumProblems(spec: ParamSpec, path: string): readonly Problem[] {
  const values = spec.enum ?? [];
  if (values.length === 0) return [];
  const repeated = new Set(values.filter((value, index) => values.indexOf(value) !== index));
  const messages = [
    ...(specType(spec) === 'string' ? [] : ['enum can only be set with string type param']),
    ...Array.from(repeated, (value) => `parameter enum value ${value} appears more than once`),
    ...(typeof spec.default === 'string' && spec.default !== '' && !values.includes(spec.default)
      ? [`param default value ${spec.default} not in the enum list`]
      : []),
  ];
  return messages.map((message) => ({ path, message }));
}

/** ValidateObjectParamsHaveProperties. */
export function missingPropertiesProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  return specs.flatMap((spec, index) =>
    problemIf(
      specType(spec) === 'object' && spec.properties === undefined,
      `${path}[${index}].properties`,
      'missing field(s)',
    ),
  );
}

/** validateDuplicateParameters (param_types.go): params of a pipeline task. */
export function repeatedParamProblems(params: readonly Param[], path: string): readonly Problem[] {
  return params.flatMap(({ name }, index) =>
    problemIf(
      params.findIndex((other) => other.name === name) !== index,
      `${path}[${index}].name`,
      `parameter names must be unique, the parameter "${name}" is also defined at [${params.findIndex((other) => other.name === name)}]`,
    ),
  );
}

/** validateNoDuplicateNames (taskrun_validation.go): in runs and references, names differ by more than case. */
export function repeatedNameProblems(
  named: readonly { readonly name?: string | undefined }[],
  path: string,
): readonly Problem[] {
  const seen = new Set<string>();
  return named.flatMap(({ name = '' }, index) => {
    const isRepeated = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return problemIf(
      isRepeated,
      `${path}[${index}].name`,
      `expected exactly one, got both: the name ${JSON.stringify(name)} is used more than once, regardless of case`,
    );
  });
}
