import { type Case, pipelineOf, stepAction, task, testCases, v1 } from '#test/tekton-objects';

const references: readonly Case[] = [
  [
    `${v1}/container_validation.go validateRef`,
    pipelineOf({ taskRef: {} }),
    'spec.tasks[0].taskRef.name',
    'missing field(s)',
  ],
  [
    `${v1}/container_validation.go validateRef`,
    pipelineOf({ taskRef: { name: 'a b' } }),
    'spec.tasks[0].taskRef.name',
    'invalid value: "a b"',
  ],
  [
    `${v1}/container_validation.go validateRef`,
    pipelineOf({ taskRef: { name: 'https://x' } }),
    'spec.tasks[0].taskRef.resolver',
    'missing field(s)',
  ],
  [
    `${v1}/container_validation.go validateRef`,
    pipelineOf({ taskRef: { params: [] } }),
    'spec.tasks[0].taskRef.resolver',
    'missing field(s)',
  ],
  [
    `${v1}/container_validation.go validateRef`,
    pipelineOf({ taskRef: { name: 'a', resolver: 'b', params: [] } }),
    'spec.tasks[0].taskRef',
    'got both: name, params',
  ],
  [
    `${v1}/container_validation.go validateRef`,
    task({ steps: [{ ref: { resolver: 'git', name: 'a' } }] }),
    'spec.steps[0].ref.name',
    'invalid URI for request',
  ],
  [
    `${v1}/taskrun_validation.go validateNoDuplicateNames`,
    pipelineOf({
      taskRef: {
        resolver: 'git',
        params: [
          { name: 'a', value: 'b' },
          { name: 'A', value: 'b' },
        ],
      },
    }),
    'spec.tasks[0].taskRef.params[1].name',
    'regardless of case',
  ],
];

const stepActions: readonly Case[] = [
  [
    'v1beta1/stepaction_validation.go StepActionSpec.Validate',
    stepAction({ image: '' }),
    'spec.image',
    'missing field(s)',
  ],
  [
    'v1beta1/stepaction_validation.go StepActionSpec.Validate',
    stepAction({ script: 'a', command: ['b'] }),
    'spec.script',
    'script cannot be used with command',
  ],
  [
    'v1beta1/stepaction_validation.go validateNoParamSubstitutionsInScript',
    stepAction({ params: [{ name: 'a' }], script: '$(params.a)' }),
    'spec.script',
    'param substitution in scripts is not allowed.',
  ],
  [
    'v1beta1/stepaction_validation.go validateUsageOfDeclaredParameters',
    stepAction({ args: ['$(params.a)'] }),
    'spec.args[0]',
    'non-existent variable in',
  ],
  [
    'v1beta1/stepaction_validation.go validateStepActionArrayUsage',
    stepAction({ params: [{ name: 'a', type: 'array' }], env: [{ name: 'A', value: '$(params.a[*])' }] }),
    'spec.env[0].value',
    'variable type invalid',
  ],
  [
    'v1beta1/stepaction_validation.go ValidateObjectUsage',
    stepAction({ params: [{ name: 'a', properties: { b: {} } }], args: ['$(params.a.c)'] }),
    'spec.args[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go ValidateStepActionResultsVariables`,
    stepAction({ script: '$(step.results.a.path)' }),
    'spec.script',
    'non-existent variable in',
  ],
  [
    'v1beta1/stepaction_validation.go validateVolumeMounts',
    stepAction({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    'spec.volumeMounts[0].name',
    'expect the Name to be a single param reference',
  ],
  [
    'v1beta1/stepaction_validation.go validateVolumeMounts',
    stepAction({ volumeMounts: [{ name: '$(params.v)', mountPath: '/v' }] }),
    'spec.volumeMounts[0].name',
    'non-existent variable in',
  ],
  [
    'pkg/reconciler/taskrun/resources/apply.go applyStepActionParameters',
    stepAction({
      params: [
        { name: 'a', default: '$(params.b)' },
        { name: 'b', default: '$(params.a)' },
      ],
    }),
    'spec.params[0].default',
    'circular dependency',
  ],
];

testCases([...references, ...stepActions]);
