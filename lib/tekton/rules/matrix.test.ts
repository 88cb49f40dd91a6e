import { type Case, image, pipeline, pipelineOf, step, testCases, v1 } from '#test/tekton-objects';

const strings = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

const matrix: readonly Case[] = [
  [
    `${v1}/matrix_types.go validateCombinationsCount`,
    pipelineOf({
      matrix: {
        params: [
          { name: 'a', value: strings(16) },
          { name: 'b', value: strings(17) },
        ],
      },
    }),
    'spec.tasks[0].matrix',
    'expected 0 <= 272 <= 256',
  ],
  [
    `${v1}/matrix_types.go validateCombinationsCount`,
    pipelineOf({
      matrix: {
        params: [{ name: 'a', value: strings(256) }],
        include: [{ params: [{ name: 'a', value: 'new' }] }],
      },
    }),
    'spec.tasks[0].matrix',
    'expected 0 <= 257 <= 256',
  ],
  [
    `${v1}/matrix_types.go validateUniqueParams`,
    pipelineOf({
      matrix: {
        params: [
          { name: 'a', value: ['1'] },
          { name: 'a', value: ['2'] },
        ],
      },
    }),
    'spec.tasks[0].matrix.params[1].name',
    'parameter names must be unique',
  ],
  [
    `${v1}/matrix_types.go validateUniqueParams`,
    pipelineOf({
      matrix: {
        include: [
          {
            params: [
              { name: 'a', value: '1' },
              { name: 'a', value: '2' },
            ],
          },
        ],
      },
    }),
    'spec.tasks[0].matrix.include[0].params[1].name',
    'parameter names must be unique',
  ],
  [
    `${v1}/matrix_types.go validateParameterInOneOfMatrixOrParams`,
    pipelineOf({ params: [{ name: 'a', value: '1' }], matrix: { params: [{ name: 'a', value: ['1'] }] } }),
    'spec.tasks[0]',
    'got both: matrix[a], params[a]',
  ],
  [
    `${v1}/matrix_types.go validatePipelineParametersVariablesInMatrixParameters`,
    pipelineOf({ matrix: { params: [{ name: 'a', value: ['$(params.no)'] }] } }),
    'spec.tasks[0].matrix.params[0].value[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/pipeline_validation.go validateMatrixedPipelineTaskConsumed`,
    pipelineOf(
      { matrix: { params: [{ name: 'a', value: ['1'] }] } },
      { params: [{ name: 'p', value: '$(tasks.t0.results.r)' }] },
    ),
    'spec.tasks[1].params[0].value',
    'can only be consumed in aggregate using [*] notation',
  ],
  [
    `${v1}/pipeline_validation.go validateMatrixEmittingStringResults`,
    pipeline({
      tasks: [
        {
          name: 'a',
          taskSpec: { params: [{ name: 'm' }], results: [{ name: 'r', type: 'array' }], steps: [step] },
          matrix: { params: [{ name: 'm', value: ['1'] }] },
        },
        { name: 'b', taskRef: { name: 'x' }, params: [{ name: 'p', value: '$(tasks.a.results.r[*])' }] },
      ],
    }),
    'spec.tasks[1].params[0].value',
    'must have an underlying type string, but result r has type array',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/validate_params.go ValidateParameterTypesInMatrix',
    pipelineOf({ matrix: { params: [{ name: 'a', value: '1' }] } }),
    'spec.tasks[0].matrix.params[0].value',
    'parameters of type array only are allowed, but param "a" has type "string"',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/validate_params.go ValidateParameterTypesInMatrix',
    pipelineOf({ matrix: { include: [{ params: [{ name: 'a', value: ['1'] }] }] } }),
    'spec.tasks[0].matrix.include[0].params[0].value',
    'parameters of type string only are allowed, but param "a" has type "array"',
  ],
];

const whens: readonly Case[] = [
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    pipelineOf({ when: [{}] }),
    'spec.tasks[0].when[0]',
    'missing field(s)',
  ],
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    pipelineOf({ when: [{ input: 'a', operator: 'exists', values: ['a'] }] }),
    'spec.tasks[0].when[0]',
    'operator "exists" is not recognized. valid operators: in,notin',
  ],
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    pipelineOf({ when: [{ input: 'a', operator: 'in', values: [] }] }),
    'spec.tasks[0].when[0]',
    'expecting non-empty values field',
  ],
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    pipelineOf({ when: [{ cel: 'true', input: 'a' }] }),
    'spec.tasks[0].when[0]',
    'cel and input+operator+values cannot be set in one WhenExpression',
  ],
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    pipelineOf({ when: [{ cel: "$(params.a) == 'b'" }] }),
    'spec.tasks[0].when[0]',
    "variables must stand in quotes: '$(params.x)' == 'y'",
  ],
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    pipelineOf({ when: [{ cel: "params.a == 'b'" }] }),
    'spec.tasks[0].when[0]',
    'invalid cel expression',
  ],
  [
    `${v1}/when_validation.go validatePipelineParametersVariables`,
    pipelineOf({ when: [{ input: '$(params.no)', operator: 'in', values: ['a'] }] }),
    'spec.tasks[0].when[0].input',
    'non-existent variable in',
  ],
  [
    `${v1}/when_validation.go validatePipelineParametersVariables`,
    pipeline({
      params: [{ name: 'l', type: 'array' }],
      tasks: [
        {
          name: 'a',
          taskRef: { name: 'x' },
          when: [{ input: 'a', operator: 'in', values: ['x$(params.l[*])'] }],
        },
      ],
    }),
    'spec.tasks[0].when[0].values[0]',
    'variable type invalid',
  ],
];

const withParams = (param: object, ...specs: object[]) =>
  pipeline({ params: specs, tasks: [{ name: 'a', taskRef: { name: 'x' }, params: [param] }] });

const pipelineParams: readonly Case[] = [
  [
    `${v1}/param_types.go validateDuplicateParameters`,
    pipelineOf({
      params: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
    }),
    'spec.tasks[0].params[1].name',
    'parameter names must be unique',
  ],
  [
    `${v1}/param_types.go validatePipelineParametersVariablesInTaskParameters`,
    withParams({ name: 'a', value: '$(params.no)' }),
    'spec.tasks[0].params[0].value',
    'non-existent variable in',
  ],
  [
    `${v1}/param_types.go validateArrayVariable`,
    withParams({ name: 'a', value: ['$(params.l[*])x'] }, { name: 'l', type: 'array' }),
    'spec.tasks[0].params[0].value[0]',
    'variable is not properly isolated',
  ],
  [
    `${v1}/param_types.go validateStringVariable`,
    withParams({ name: 'a', value: 'x $(params.l[*])' }, { name: 'l', type: 'array' }),
    'spec.tasks[0].params[0].value',
    'variable type invalid',
  ],
  [
    `${v1}/param_types.go validateStringVariable`,
    withParams({ name: 'a', value: { k: '$(params.no)' } }),
    'spec.tasks[0].params[0].value.k',
    'non-existent variable in',
  ],
  [
    `${v1}/param_types.go validateObjectVariable`,
    withParams({ name: 'a', value: '$(params.o.j)' }, { name: 'o', properties: { k: {} } }),
    'spec.tasks[0].params[0].value',
    'non-existent variable in',
  ],
  [
    `${v1}/param_types.go validateObjectVariable`,
    withParams({ name: 'a', value: 'x $(params.o[*])' }, { name: 'o', properties: { k: {} } }),
    'spec.tasks[0].params[0].value',
    'variable type invalid',
  ],
  [
    `${v1}/pipeline_validation.go validateUsageOfDeclaredPipelineTaskParameters`,
    pipeline({ tasks: [{ name: 'a', taskSpec: { steps: [{ image, args: ['$(params.no)'] }] } }] }),
    'spec.tasks[0].taskSpec.steps[0].args[0]',
    'non-existent variable in',
  ],
];

testCases([...matrix, ...whens, ...pipelineParams]);
