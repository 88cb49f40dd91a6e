import { type Case, image, pipelineRun, taskRun, testCases, v1 } from '#test/tekton-objects';

const oneTask = { name: 'a', taskRef: { name: 'x' } };

const inline = { tasks: [oneTask] };

const runs: readonly Case[] = [
  [
    `${v1}/pipelinerun_validation.go PipelineRunSpec.Validate`,
    pipelineRun({}),
    'spec',
    'got neither: pipelineRef, pipelineSpec',
  ],
  [
    `${v1}/pipelinerun_validation.go PipelineRunSpec.Validate`,
    pipelineRun({ pipelineRef: { name: 'a' }, pipelineSpec: inline }),
    'spec',
    'got both: pipelineRef, pipelineSpec',
  ],
  [
    `${v1}/pipelinerun_validation.go PipelineRun.Validate`,
    {
      ...pipelineRun({ pipelineRef: { name: 'a' }, status: 'PipelineRunPending' }),
      status: { startTime: '2026-01-01T00:00:00Z' },
    },
    'spec.status',
    'PipelineRun cannot be Pending after it is started',
  ],
  [
    `${v1}/pipelinerun_validation.go validateSpecStatus`,
    pipelineRun({ pipelineRef: { name: 'a' }, status: 'Stop' }),
    'spec.status',
    'Stop should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending',
  ],
  [
    `${v1}/pipelinerun_validation.go validatePipelineRunParameters`,
    pipelineRun({ pipelineRef: { name: 'a' }, params: [{ name: 'p', value: '$(tasks.a.results.r)' }] }),
    'spec.params[0].value',
    'cannot use result expressions in [tasks.a.results.r]',
  ],
  [
    `${v1}/taskrun_validation.go validateNoDuplicateNames`,
    pipelineRun({
      pipelineRef: { name: 'a' },
      params: [
        { name: 'p', value: '' },
        { name: 'P', value: '' },
      ],
    }),
    'spec.params[1].name',
    'regardless of case',
  ],
  [
    `${v1}/pipelinerun_validation.go validateInlineParameters`,
    pipelineRun({
      pipelineSpec: { tasks: [{ name: 'a', taskSpec: { steps: [{ image, args: ['$(params.no)'] }] } }] },
    }),
    'spec.pipelineSpec.tasks[0].taskSpec.steps[0].args[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/pipelinerun_validation.go validateInlineParameters`,
    pipelineRun({
      params: [{ name: 'l', value: ['a'] }],
      pipelineSpec: { tasks: [{ name: 'a', taskSpec: { steps: [{ image, script: '$(params.l[*])' }] } }] },
    }),
    'spec.pipelineSpec.tasks[0].taskSpec.steps[0].script',
    'variable type invalid',
  ],
  [
    `${v1}/taskrun_validation.go combineParamSpec`,
    pipelineRun({
      params: [{ name: 'o', value: { k: 'v' } }],
      pipelineSpec: { params: [{ name: 'o', type: 'object' }], tasks: [oneTask] },
    }),
    'spec.pipelineSpec.params[0].properties',
    'missing field(s)',
  ],
  [
    `${v1}/pipelinerun_validation.go validatePipelineTimeout`,
    pipelineRun({ pipelineRef: { name: 'a' }, timeouts: { tasks: '2h' } }),
    'spec.timeouts.tasks',
    '2h0m0s should be <= pipeline duration',
  ],
  [
    `${v1}/pipelinerun_validation.go validatePipelineTimeout`,
    pipelineRun({ pipelineRef: { name: 'a' }, timeouts: { pipeline: '1h', finally: '0' } }),
    'spec.timeouts.finally',
    '0s (no timeout) should be <= pipeline duration',
  ],
  [
    `${v1}/pipelinerun_validation.go validatePipelineTimeout`,
    pipelineRun({ pipelineRef: { name: 'a' }, timeouts: { pipeline: '1h', tasks: '40m', finally: '30m' } }),
    'spec.timeouts.tasks',
    '40m0s + 30m0s should be <= pipeline duration',
  ],
  [
    `${v1}/pipelinerun_validation.go validateTimeoutDuration`,
    pipelineRun({ pipelineRef: { name: 'a' }, timeouts: { pipeline: '-1.5s' } }),
    'spec.timeouts.pipeline',
    '-1.5s should be >= 0',
  ],
  [
    `${v1}/pipelinerun_validation.go validateTaskRunSpecTimeout`,
    pipelineRun({
      pipelineRef: { name: 'a' },
      timeouts: { tasks: '10m' },
      taskRunSpecs: [{ pipelineTaskName: 'a', timeout: '11m' }],
    }),
    'spec.taskRunSpecs[0].timeout',
    '11m0s should be <= pipeline tasks duration 10m0s',
  ],
  [
    `${v1}/pipelinerun_validation.go validateTaskRunSpecTimeout`,
    pipelineRun({ pipelineRef: { name: 'a' }, taskRunSpecs: [{ pipelineTaskName: 'a', timeout: '-1s' }] }),
    'spec.taskRunSpecs[0].timeout',
    '-1s should be >= 0',
  ],
  [
    `${v1}/taskrun_validation.go validateStepSpecs`,
    pipelineRun({
      pipelineRef: { name: 'a' },
      taskRunSpecs: [
        {
          stepSpecs: [
            { name: 'a', computeResources: {} },
            { name: 'a', computeResources: {} },
          ],
        },
      ],
    }),
    'spec.taskRunSpecs[0].stepSpecs[1].name',
    'used more than once',
  ],
  [
    `${v1}/taskrun_validation.go validateTaskRunComputeResources`,
    taskRun({
      taskRef: { name: 'a' },
      computeResources: {},
      stepSpecs: [{ name: 'a', computeResources: { limits: { cpu: 1 } } }],
    }),
    'spec',
    'got both: stepSpecs.resources, computeResources',
  ],
  [
    `${v1}/pipelinerun_validation.go PipelineRunSpec.Validate`,
    pipelineRun({
      pipelineRef: { name: 'a' },
      workspaces: [
        { name: 'w', emptyDir: {} },
        { name: 'w', emptyDir: {} },
      ],
    }),
    'spec.workspaces[1].name',
    'workspace "w" provided by pipelinerun more than once, at index 0 and 1',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({ taskRef: { name: 'a' }, workspaces: [{ name: 'w' }] }),
    'spec.workspaces[0]',
    'got neither: persistentVolumeClaim',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({
      taskRef: { name: 'a' },
      workspaces: [{ name: 'w', emptyDir: {}, secret: { secretName: 's' } }],
    }),
    'spec.workspaces[0]',
    'got both: emptyDir, secret',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({ taskRef: { name: 'a' }, workspaces: [{ name: 'w', configMap: {} }] }),
    'spec.workspaces[0].configMap.name',
    'missing field(s)',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({ taskRef: { name: 'a' }, workspaces: [{ name: 'w', secret: {} }] }),
    'spec.workspaces[0].secret.secretName',
    'missing field(s)',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({
      taskRef: { name: 'a' },
      workspaces: [{ name: 'w', persistentVolumeClaim: { claimName: '' } }],
    }),
    'spec.workspaces[0].persistentVolumeClaim.claimName',
    'missing field(s)',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({ taskRef: { name: 'a' }, workspaces: [{ name: 'w', projected: {} }] }),
    'spec.workspaces[0].projected.sources',
    'missing field(s)',
  ],
  [
    `${v1}/workspace_validation.go WorkspaceBinding.Validate`,
    taskRun({ taskRef: { name: 'a' }, workspaces: [{ name: 'w', csi: { driver: '' } }] }),
    'spec.workspaces[0].csi.driver',
    'missing field(s)',
  ],
  [
    `${v1}/taskrun_validation.go ValidateWorkspaceBindings`,
    taskRun({
      taskRef: { name: 'a' },
      workspaces: [
        { name: 'w', emptyDir: {} },
        { name: 'W', emptyDir: {} },
      ],
    }),
    'spec.workspaces[1].name',
    'regardless of case',
  ],
  [`${v1}/taskrun_validation.go TaskRunSpec.Validate`, taskRun({}), 'spec', 'got neither: taskRef, taskSpec'],
  [
    `${v1}/taskrun_validation.go TaskRunSpec.Validate`,
    taskRun({ taskRef: { name: 'a' }, status: 'Cancelled' }),
    'spec.status',
    'Cancelled should be TaskRunCancelled or TaskRunPending',
  ],
  [
    `${v1}/taskrun_validation.go TaskRunSpec.Validate`,
    taskRun({ taskRef: { name: 'a' }, statusMessage: 'm' }),
    'spec.statusMessage',
    'statusMessage should not be set if status is not set',
  ],
  [
    `${v1}/taskrun_validation.go TaskRunSpec.Validate`,
    taskRun({ taskRef: { name: 'a' }, retries: -1 }),
    'spec.retries',
    '-1 should be >= 0',
  ],
  [
    `${v1}/taskrun_validation.go TaskRunSpec.Validate`,
    taskRun({ taskRef: { name: 'a' }, timeout: '-1m' }),
    'spec.timeout',
    '-1m0s should be >= 0',
  ],
  [
    `${v1}/taskrun_validation.go validateDebug`,
    taskRun({ taskRef: { name: 'a' }, debug: { breakpoints: { onFailure: 'yes' } } }),
    'spec.debug.breakpoints.onFailure',
    'yes is not a valid onFailure breakpoint value',
  ],
  [
    `${v1}/taskrun_validation.go validateDebug`,
    taskRun({
      taskRef: { name: 'a' },
      debug: { breakpoints: { onFailure: 'enabled', beforeSteps: ['a', 'a'] } },
    }),
    'spec.debug.breakpoints.beforeSteps[1]',
    'before step must be unique',
  ],
  [
    `${v1}/taskrun_validation.go validateInlineParameters`,
    taskRun({ taskSpec: { steps: [{ image, args: ['$(params.no)'] }] } }),
    'spec.taskSpec.steps[0].args[0]',
    'non-existent variable in',
  ],
];

testCases([...runs]);
