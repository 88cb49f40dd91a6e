import { type Case, pipelineRun, step, taskRun, testCases } from '#test/tekton-objects';

const oneTask = { name: 'a', taskRef: { name: 'x' } };

const inlineRun = (run: object, spec: object) =>
  pipelineRun({ ...run, pipelineSpec: { tasks: [oneTask], ...spec } });

const starts: readonly Case[] = [
  [
    'pkg/reconciler/pipelinerun/resources/validate_params.go ValidateRequiredParametersProvided',
    inlineRun({}, { params: [{ name: 'p' }] }),
    'spec.params',
    'pipelineRun missing parameters: [p]',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/validate_params.go ValidateParamTypesMatching',
    inlineRun({ params: [{ name: 'p', value: ['a'] }] }, { params: [{ name: 'p' }] }),
    'spec.params[0].value',
    'parameters have inconsistent types : [p] is string, not array',
  ],
  [
    'pkg/reconciler/taskrun/validate_taskrun.go ValidateEnumParam',
    inlineRun({ params: [{ name: 'p', value: 'c' }] }, { params: [{ name: 'p', enum: ['a', 'b'] }] }),
    'spec.params[0].value',
    'param `p` value: c is not in the enum list [a b]',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/validate_params.go ValidateObjectParamRequiredKeys',
    inlineRun(
      { params: [{ name: 'p', value: { a: '' } }] },
      { params: [{ name: 'p', properties: { a: {}, b: {} } }] },
    ),
    'spec.params[0].value',
    'pipelineRun missing object keys for parameters: map[p:[b]]',
  ],
  [
    'pkg/reconciler/taskrun/resources/validate_params.go ValidateOutOfBoundArrayParams',
    inlineRun(
      { params: [{ name: 'p', value: ['a'] }] },
      {
        params: [{ name: 'p', type: 'array' }],
        tasks: [{ ...oneTask, params: [{ name: 'x', value: '$(params.p[1])' }] }],
      },
    ),
    'spec.params',
    'non-existent param references:[$(params.p[1])]',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/pipelinerunresolution.go ValidateWorkspaceBindings',
    inlineRun({}, { workspaces: [{ name: 'w' }] }),
    'spec.workspaces',
    'pipeline requires workspace with name "w" be provided by pipelinerun',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/pipelinerunresolution.go ValidateTaskRunSpecs',
    inlineRun({ taskRunSpecs: [{ pipelineTaskName: 'z' }] }, {}),
    'spec.taskRunSpecs[0].pipelineTaskName',
    `pipelineRun's taskrunSpecs defined wrong taskName: "z"`,
  ],
  [
    'pkg/reconciler/pipelinerun/pipelinerun.go getTaskrunWorkspaces',
    inlineRun(
      {},
      {
        workspaces: [{ name: 'w', optional: true }],
        tasks: [
          {
            name: 'a',
            workspaces: [{ name: 'w' }],
            taskSpec: { workspaces: [{ name: 'w' }], steps: [step] },
          },
        ],
      },
    ),
    'spec.workspaces',
    'expected workspace "w" to be provided by pipelinerun for pipeline task "a"',
  ],
  [
    'pkg/reconciler/taskrun/validate_taskrun.go validateParams',
    taskRun({ taskSpec: { params: [{ name: 'p' }], steps: [step] } }),
    'spec.params',
    'missing values for these params which have no default values: [p]',
  ],
  [
    'pkg/reconciler/taskrun/validate_taskrun.go validateParams',
    taskRun({
      params: [{ name: 'p', value: 'a' }],
      taskSpec: { params: [{ name: 'p', type: 'array' }], steps: [step] },
    }),
    'spec.params[0].value',
    "param types don't match the user-specified type: [p]",
  ],
  [
    'pkg/workspace/validate.go ValidateBindings',
    taskRun({ taskSpec: { workspaces: [{ name: 'w' }], steps: [step] } }),
    'spec.workspaces',
    'declared workspace "w" is required but has not been bound',
  ],
  [
    'pkg/reconciler/taskrun/validate_taskrun.go validateStepOverrides',
    taskRun({ taskSpec: { steps: [step] }, stepSpecs: [{ name: 'z' }] }),
    'spec.stepSpecs[0].name',
    'invalid StepOverride: No Step named z',
  ],
  [
    'pkg/reconciler/taskrun/validate_taskrun.go validateSidecarOverrides',
    taskRun({ taskSpec: { steps: [step] }, sidecarSpecs: [{ name: 'z' }] }),
    'spec.sidecarSpecs[0].name',
    'invalid SidecarOverride: No Sidecar named z',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/apply.go resolveStringParamRecursively',
    inlineRun(
      {},
      {
        params: [
          { name: 'a', default: '$(params.l[0])' },
          { name: 'l', type: 'array', default: ['x'] },
        ],
      },
    ),
    'spec.params',
    'param "params.a" references undefined param "params.l[0]"',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/validate_params.go ValidateParameterTypesInMatrix',
    inlineRun({}, { tasks: [{ ...oneTask, matrix: { params: [{ name: 'm', value: '$(params.no[*])' }] } }] }),
    'spec.params',
    'non-existent variable in',
  ],
];

testCases([...starts]);
