import { type Case, image, step, stepTask, task, testCases, v1 } from '#test/tekton-objects';

const metadata: readonly Case[] = [
  [
    'pkg/apis/validate/metadata.go ObjectMetadata',
    { ...task({}), metadata: { name: 'Bad_Name' } },
    'metadata.name',
    'invalid resource name "Bad_Name": must be a valid DNS label',
  ],
  [
    'pkg/apis/validate/metadata.go ObjectMetadata',
    { ...task({}), metadata: { name: 'a'.repeat(64) } },
    'metadata.name',
    'length must be no more than 63 characters',
  ],
  ['Kubernetes: name or generateName', { ...task({}), metadata: {} }, 'metadata.name', 'missing field(s)'],
  [
    'Kubernetes: labels',
    { ...task({}), metadata: { name: 'a', labels: { a: 'b c' } } },
    'metadata.labels.a',
    'invalid label value "b c"',
  ],
  [
    'Kubernetes: labels',
    { ...task({}), metadata: { name: 'a', labels: { 'a b': 'c' } } },
    'metadata.labels.a b',
    'invalid key "a b"',
  ],
  [
    'Kubernetes: annotations',
    { ...task({}), metadata: { name: 'a', annotations: { '-': 'c' } } },
    'metadata.annotations.-',
    'invalid key "-"',
  ],
];

const tasks: readonly Case[] = [
  [`${v1}/task_validation.go TaskSpec.Validate`, task({ steps: [] }), 'spec.steps', 'missing field(s)'],
  [
    `${v1}/task_validation.go ValidateVolumes`,
    task({ volumes: [{ name: 'v' }, { name: 'v' }] }),
    'spec.volumes[1].name',
    'multiple volumes with same name "v"',
  ],
  [
    `${v1}/task_validation.go validateDeclaredWorkspaces`,
    task({ workspaces: [{ name: 'w' }, { name: 'w', mountPath: '/x' }] }),
    'spec.workspaces[1].name',
    'workspace name "w" must be unique',
  ],
  [
    `${v1}/task_validation.go validateDeclaredWorkspaces`,
    task({ workspaces: [{ name: 'w' }, { name: 'x', mountPath: '/workspace/w/' }] }),
    'spec.workspaces[1].mountPath',
    'workspace mount path "/workspace/w" must be unique',
  ],
  [
    `${v1}/task_validation.go validateDeclaredWorkspaces`,
    task({
      workspaces: [{ name: 'w', mountPath: '/m' }],
      stepTemplate: { volumeMounts: [{ name: 'v', mountPath: '/m' }] },
    }),
    'spec.workspaces[0].mountPath',
    'must be unique',
  ],
  [
    `${v1}/task_validation.go validateWorkspaceUsages`,
    stepTask({ workspaces: [{ name: 'w', mountPath: '/w' }] }),
    'spec.steps[0].workspaces[0].name',
    'undefined workspace "w"',
  ],
  [
    `${v1}/task_validation.go validateWorkspaceUsages`,
    task({ sidecars: [{ name: 's', image, workspaces: [{ name: 'w', mountPath: '/w' }] }] }),
    'spec.sidecars[0].workspaces[0].name',
    'undefined workspace "w"',
  ],
  [
    `${v1}/task_validation.go StepList.Validate`,
    task({ steps: [step, step] }),
    'spec.steps[1].name',
    'the step name "a" is used twice',
  ],
  [
    `${v1}/task_validation.go ValidateStepResultsVariables`,
    stepTask({ script: 'echo > $(step.results.b.path)', results: [{ name: 'a' }] }),
    'spec.steps[0].script',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go validateTaskResultsVariables`,
    task({ steps: [{ image, script: 'echo > $(results.b.path)' }], results: [{ name: 'a' }] }),
    'spec.steps[0].script',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go validateTaskContextVariables`,
    stepTask({ args: ['$(context.taskRun.label)'] }),
    'spec.steps[0].args[0]',
    'non-existent variable in',
  ],
  [
    `${v1}/task_validation.go validateTaskContextVariables`,
    stepTask({ env: [{ name: 'A', value: '$(context.task.uid)' }] }),
    'spec.steps[0].env[0].value',
    'non-existent variable in',
  ],
  [
    'pkg/reconciler/taskrun/validate_taskrun.go validateTaskSpecRequestResources',
    stepTask({ computeResources: { requests: { memory: '2Gi' }, limits: { memory: '1024Mi' } } }),
    'spec.steps[0].computeResources.requests.memory',
    '2Gi must be less or equal to limit 1024Mi',
  ],
];

const steps: readonly Case[] = [
  [
    `${v1}/container_validation.go Step.Validate`,
    task({ steps: [{ name: 'a' }] }),
    'spec.steps[0].image',
    'missing field(s)',
  ],
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ script: 'a', command: ['b'] }),
    'spec.steps[0].script',
    'script cannot be used with command',
  ],
  [
    `${v1}/merge.go MergeStepsWithStepTemplate`,
    task({ stepTemplate: { command: ['b'] }, steps: [{ image, script: 'a' }] }),
    'spec.steps[0].script',
    'script cannot be used with command',
  ],
  [
    `${v1}/merge.go MergeStepsWithStepTemplate`,
    task({
      stepTemplate: { env: [{ name: 'B', value: '$(params.no)' }] },
      steps: [{ image, env: [{ name: 'A', value: 'a' }] }],
    }),
    'spec.stepTemplate.env[0].value',
    'non-existent variable in',
  ],
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ params: [{ name: 'a', value: 'b' }] }),
    'spec.steps[0].params',
    'params cannot be used without Ref',
  ],
  ...(['image', 'script', 'workingDir'] as const).map(
    (field): Case => [
      `${v1}/container_validation.go Step.Validate`,
      task({ steps: [{ ref: { name: 'r' }, [field]: 'a' }] }),
      `spec.steps[0].${field}`,
      'cannot be used with Ref',
    ],
  ),
  ...(['command', 'args', 'env', 'volumeMounts', 'results'] as const).map(
    (field): Case => [
      `${v1}/container_validation.go Step.Validate`,
      task({
        steps: [
          {
            ref: { name: 'r' },
            [field]:
              field === 'command' || field === 'args'
                ? ['a']
                : [{ name: 'a', mountPath: '/a' }].map(({ name, mountPath }) =>
                    field === 'volumeMounts' ? { name, mountPath } : { name },
                  ),
          },
        ],
      }),
      `spec.steps[0].${field}`,
      `${field} cannot be used with Ref`,
    ],
  ),
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ name: 'A_b' }),
    'spec.steps[0].name',
    'must be a valid DNS Label',
  ],
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ timeout: '-5s' }),
    'spec.steps[0].timeout',
    'negative timeout',
  ],
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ volumeMounts: [{ name: 'v', mountPath: '/tekton/../tekton/x' }] }),
    'spec.steps[0].volumeMounts[0].mountPath',
    'cannot be mounted under /tekton/',
  ],
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ volumeMounts: [{ name: 'tekton-internal-v', mountPath: '/v' }] }),
    'spec.steps[0].volumeMounts[0].name',
    'cannot start with "tekton-internal-"',
  ],
  [
    `${v1}/container_validation.go Step.Validate`,
    stepTask({ onError: 'ignore' }),
    'spec.steps[0].onError',
    'invalid value: "ignore"',
  ],
  [
    `${v1}/container_validation.go validateStepResultReference`,
    stepTask({ script: '$(steps.b.results.c)' }),
    'spec.steps[0].script',
    'stepResult substitutions are only allowed in env, command and args',
  ],
  [
    `${v1}/container_validation.go validateStepArtifactsReference`,
    stepTask({ workingDir: '$(steps.b.outputs.c)' }),
    'spec.steps[0].workingDir',
    'stepArtifact substitutions are only allowed',
  ],
  [
    `${v1}/container_validation.go Sidecar.Validate`,
    task({ sidecars: [{ name: 'tekton-log-results', image }] }),
    'spec.sidecars[0].name',
    'cannot use reserved sidecar name',
  ],
  [
    `${v1}/container_validation.go Sidecar.Validate`,
    task({ sidecars: [{ name: 's' }] }),
    'spec.sidecars[0].image',
    'missing field(s)',
  ],
  [
    `${v1}/container_validation.go Sidecar.Validate`,
    task({ sidecars: [{ name: 's', image, script: 'a', command: ['b'] }] }),
    'spec.sidecars[0].script',
    'script cannot be used with command',
  ],
  [
    `${v1}/when_validation.go validateWhenExpressionFields`,
    stepTask({ when: [{ input: 'a', operator: 'is', values: ['a'] }] }),
    'spec.steps[0].when[0]',
    'operator "is" is not recognized',
  ],
];

testCases([...metadata, ...tasks, ...steps]);
