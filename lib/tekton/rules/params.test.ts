import { type Case, image, stepTask, task, testCases, v1 } from '#test/tekton-objects';

const params: readonly Case[] = [
  [
    `${v1}/task_validation.go ValidateType`,
    task({ params: [{ name: 'a', type: 'number' }] }),
    'spec.params[0].type',
    'invalid value: number',
  ],
  [
    `${v1}/task_validation.go ValidateType`,
    task({ params: [{ name: 'a', type: 'array', default: 'b' }] }),
    'spec.params[0].default',
    `"array" type does not match default value's type: "string"`,
  ],
  [
    `${v1}/task_validation.go ValidateObjectType`,
    task({ params: [{ name: 'a', properties: { b: { type: 'number' } } }] }),
    'spec.params[0].properties',
    'The value type specified for these keys [b] is invalid',
  ],
  [
    `${v1}/task_validation.go ValidateObjectParamsHaveProperties`,
    task({ params: [{ name: 'a', type: 'object' }] }),
    'spec.params[0].properties',
    'missing field(s)',
  ],
  [
    `${v1}/param_types.go ValidateNoDuplicateNames`,
    task({ params: [{ name: 'a' }, { name: 'a' }] }),
    'spec.params[1]',
    'parameter appears more than once',
  ],
  [
    `${v1}/param_types.go validateParamEnums`,
    task({ params: [{ name: 'a', type: 'array', enum: ['b'] }] }),
    'spec.params[0].enum',
    'enum can only be set with string type param',
  ],
  [
    `${v1}/param_types.go validateParamEnums`,
    task({ params: [{ name: 'a', enum: ['b', 'b'] }] }),
    'spec.params[0].enum',
    'parameter enum value b appears more than once',
  ],
  [
    `${v1}/param_types.go validateParamEnums`,
    task({ params: [{ name: 'a', enum: ['b'], default: 'c' }] }),
    'spec.params[0].enum',
    'param default value c not in the enum list',
  ],
  [
    `${v1}/task_validation.go ValidateNameFormat`,
    task({ params: [{ name: '1a' }] }),
    'spec.params[0].name',
    'array and string variable names is invalid: [1a]',
  ],
  [
    `${v1}/task_validation.go ValidateNameFormat`,
    task({ params: [{ name: 'a.b', properties: { 'c.d': {} } }] }),
    'spec.params[0].name',
    'Object param name and key name format is invalid: [a.b c.d]',
  ],
  [
    `${v1}/task_validation.go validateStepVariables`,
    stepTask({ args: ['$(params.b)'] }),
    'spec.steps[0].args[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go validateStepVariables`,
    stepTask({ args: [`$(params['b'])`] }),
    'spec.steps[0].args[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go validateStepVariables`,
    stepTask({ onError: '$(params.b)' }),
    'spec.steps[0].onError',
    'non-existent variable in',
  ],
  [
    'pkg/substitution/substitution.go ExtractVariablesFromString',
    stepTask({ args: ['$(params.a.b.c)'] }),
    'spec.steps[0].args[0]',
    'Only two dot-separated components',
  ],
  [
    `${v1}/task_validation.go validateObjectUsage`,
    task({ params: [{ name: 'o', properties: { k: {} } }], steps: [{ image, args: ['$(params.o.j)'] }] }),
    'spec.steps[0].args[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go validateObjectUsageAsWhole`,
    task({ params: [{ name: 'o', properties: { k: {} } }], steps: [{ image, args: ['$(params.o[*])'] }] }),
    'spec.steps[0].args[0]',
    'variable type invalid',
  ],
  [
    `${v1}/task_validation.go validateStepArrayUsage`,
    task({ params: [{ name: 'l', type: 'array' }], steps: [{ image, script: '$(params.l[*])' }] }),
    'spec.steps[0].script',
    'variable type invalid',
  ],
  [
    `${v1}/task_validation.go validateStepArrayUsage`,
    task({ params: [{ name: 'l', type: 'array' }], steps: [{ image, args: ['x $(params.l[*])'] }] }),
    'spec.steps[0].args[0]',
    'variable is not properly isolated',
  ],
];

const results: readonly Case[] = [
  [
    `${v1}/result_validation.go TaskResult.Validate`,
    task({ results: [{ name: 'a-' }] }),
    'spec.results[0].name',
    'invalid key name "a-"',
  ],
  [
    `${v1}/result_validation.go TaskResult.Validate`,
    task({ results: [{ name: 'a', type: 'number' }] }),
    'spec.results[0].type',
    'type must be string',
  ],
  [
    `${v1}/result_validation.go validateObjectResult`,
    task({ results: [{ name: 'a', type: 'object' }] }),
    'spec.results[0].properties',
    'missing field(s)',
  ],
  [
    `${v1}/result_validation.go validateObjectResult`,
    task({ results: [{ name: 'a', properties: { b: { type: 'array' } } }] }),
    'spec.results[0].properties',
    'these keys [b] is invalid, the type must be string',
  ],
  [
    `${v1}/result_validation.go validateValue`,
    task({ results: [{ name: 'a', value: ['b'] }] }),
    'spec.results[0].value',
    'Wanted string but got: "array"',
  ],
  [
    `${v1}/result_validation.go validateValue`,
    task({ results: [{ name: 'a', value: '$(results.b)' }] }),
    'spec.results[0].value',
    'Could not extract step name and result name',
  ],
  [
    `${v1}/result_validation.go validateValue`,
    task({ results: [{ name: 'a', value: '$(steps.B_.results.c)' }] }),
    'spec.results[0].value',
    'invalid extracted step name "B_"',
  ],
  [
    `${v1}/result_validation.go validateValue`,
    task({ results: [{ name: 'a', value: '$(steps.b.results.-c)' }] }),
    'spec.results[0].value',
    'invalid extracted result name "-c"',
  ],
  [
    `${v1}/result_validation.go StepResult.Validate`,
    stepTask({ results: [{ name: '_' }] }),
    'spec.steps[0].results[0].name',
    'invalid key name "_"',
  ],
  [
    `${v1}/result_validation.go StepResult.Validate`,
    stepTask({ results: [{ name: 'a', type: 'int' }] }),
    'spec.steps[0].results[0].type',
    'invalid type int',
  ],
  [
    `${v1}/result_validation.go validateObjectStepResult`,
    stepTask({ results: [{ name: 'a', type: 'object', properties: { b: {} } }] }),
    'spec.steps[0].results[0].properties',
    'the value type specified for these keys [b] is invalid',
  ],
];

testCases([...params, ...results]);
