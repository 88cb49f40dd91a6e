import { expect, test } from 'vitest';
import type { Pipeline, Task } from '#lib/tekton';
import { comparePipeline } from './compare-pipeline.ts';
import { compareTask } from './compare-task.ts';
import type { ContractPipeline, ContractTask } from './contract.ts';
import { judge } from './meant.ts';

const theirs: ContractTask = {
  name: 'build',
  labels: { 'app.kubernetes.io/version': '1.0' },
  params: [
    { name: 'IMAGE', type: 'string' },
    { name: 'TLSVERIFY', type: 'string', default: 'true' },
    { name: 'ARGS', type: 'array', default: [] },
  ],
  results: [{ name: 'IMAGE_URL', type: 'string' }],
  workspaces: [{ name: 'netrc', optional: true }],
  volumes: [
    { name: 'workdir', kind: 'emptyDir' },
    {
      name: 'ca',
      kind: 'configMap',
      configMap: 'x',
      optional: true,
      items: [{ key: 'k', path: 'p' }],
    },
    { name: 'ssh', kind: 'secret', secretName: 's', optional: false },
  ],
  stepTemplate: { computeResources: { limits: { memory: '4Gi' } } },
  steps: [
    { name: 'use' },
    {
      name: 'build',
      securityContext: { runAsUser: 0, capabilities: { add: ['SETFCAP'] } },
      computeResources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
    },
  ],
};

const task: Task = {
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'build', labels: { 'app.kubernetes.io/version': '1.0' } },
  spec: {
    params: [
      { name: 'IMAGE' },
      { name: 'ARGS', type: 'array', default: [] },
      { name: 'TLSVERIFY', type: 'string', default: 'true' },
    ],
    results: [{ name: 'IMAGE_URL' }],
    workspaces: [{ name: 'netrc', optional: true }],
    volumes: [
      { name: 'workdir', emptyDir: {} },
      { name: 'ca', configMap: { items: [{ key: 'k', path: 'p' }], name: 'x', optional: true } },
      { name: 'ssh', secret: { secretName: 's' } },
    ],
    steps: [
      { name: 'use', image: 'i', computeResources: { limits: { memory: '3Gi' } } },
      {
        name: 'build',
        image: 'i',
        securityContext: { runAsUser: 0, capabilities: { add: ['SETFCAP'] } },
        computeResources: { requests: { cpu: '500m' }, limits: { memory: '1024Mi' } },
      },
    ],
  },
};

const steps = task.spec?.steps ?? [];

test('a task that is the same, in another order and asking for less, has no difference', () => {
  expect(compareTask(theirs, task)).toEqual([]);
});

test.for<readonly [told: string, path: string, value: unknown]>([
  [
    'label app.kubernetes.io/version: value is "2.0", and "1.0" upstream',
    'metadata labels app.kubernetes.io/version',
    '2.0',
  ],
  ['label app.kubernetes.io/version: value is not there, and "1.0" upstream', 'metadata labels', undefined],
  ['param IMAGE: is not there', 'spec params 0', undefined],
  ['param IMAGE: default is "", and not there upstream', 'spec params 0 default', ''],
  ['param IMAGE: type is "array", and "string" upstream', 'spec params 0 type', 'array'],
  ['param ARGS: default is not there, and [] upstream', 'spec params 1 default', undefined],
  ['param TLSVERIFY: default is "false", and "true" upstream', 'spec params 2 default', 'false'],
  ['param EXTRA: is ours', 'spec params 3', { name: 'EXTRA', default: '' }],
  ['result IMAGE_URL: is not there', 'spec results', undefined],
  ['result IMAGE_URL: type is "array", and "string" upstream', 'spec results 0 type', 'array'],
  ['workspace netrc: optional is false, and true upstream', 'spec workspaces 0 optional', undefined],
  ['volume workdir: is not there', 'spec volumes 0', undefined],
  [
    'volume ssh: source is {"kind":"secret","optional":true,"secretName":"s"}, and {"kind":"secret","optional":false,"secretName":"s"} upstream',
    'spec volumes 2 secret optional',
    true,
  ],
  [
    'volume ca: source is {"configMap":"x","items":[],"kind":"configMap","optional":true}, and {"configMap":"x","items":[{"key":"k","path":"p"}],"kind":"configMap","optional":true} upstream',
    'spec volumes 1 configMap items',
    [],
  ],
  ['steps: order is ["build","use"], and ["use","build"] upstream', 'spec steps', steps.toReversed()],
  ['step use: is not there', 'spec steps 0', undefined],
  [
    'step use: limits of memory are 5Gi, and 4Gi upstream',
    'spec steps 0 computeResources limits memory',
    '5Gi',
  ],
  ['step use: limit of memory is not there, and 4Gi upstream', 'spec steps 0 computeResources', undefined],
  [
    'step build: requests of cpu are 1001m, and 1 upstream',
    'spec steps 1 computeResources requests cpu',
    '1001m',
  ],
  [
    'step build: capability SYS_ADMIN is added',
    'spec steps 1 securityContext capabilities add 1',
    'SYS_ADMIN',
  ],
  ['step build: it is privileged', 'spec steps 1 securityContext privileged', true],
  ['step use: it runs as root', 'spec steps 0 securityContext', { runAsUser: 0 }],
])('%s', ([told, path, value]) => {
  expect(compareTask(theirs, changed(task, path, value)).map(tell)).toEqual([told]);
});

const pipeline: ContractPipeline = {
  labels: { a: 'b' },
  params: [{ name: 'platforms', type: 'array', default: ['linux/x86_64'] }],
  results: [{ name: 'IMAGE_URL', value: '$(tasks.build.results.IMAGE_URL)' }],
  workspaces: [{ name: 'netrc', optional: true }],
  tasks: [
    { name: 'init', taskRef: { name: 'init' } },
    {
      name: 'build',
      taskRef: { name: 'buildah' },
      runAfter: ['init'],
      params: [{ name: 'ARGS', value: ['$(params.args[*])'] }],
      matrix: { params: [{ name: 'PLATFORM', value: ['$(params.platforms)'] }] },
      when: [{ input: '$(params.skip)', operator: 'in', values: ['false'] }],
      workspaces: [{ name: 'netrc', workspace: 'netrc' }],
    },
  ],
  finally: [],
};
const { labels, ...spec } = pipeline;
const ourPipeline = {
  apiVersion: 'tekton.dev/v1',
  kind: 'Pipeline',
  metadata: { name: 'p', labels },
  spec,
} as unknown as Pipeline;

test('a pipeline that is the same has no difference', () => {
  expect(comparePipeline(pipeline, ourPipeline)).toEqual([]);
});

test.for<readonly [told: string, path: string, value: unknown]>([
  ['param extra: is ours', 'spec params 1', { name: 'extra' }],
  ['param platforms: default is [], and ["linux/x86_64"] upstream', 'spec params 0 default', []],
  [
    'result IMAGE_URL: value is "x", and "$(tasks.build.results.IMAGE_URL)" upstream',
    'spec results 0 value',
    'x',
  ],
  ['tasks: order is ["build","init"], and ["init","build"] upstream', 'spec tasks', spec.tasks.toReversed()],
  ['task init: is not there', 'spec tasks 0', undefined],
  ['task more: is ours', 'spec finally 0', { name: 'more' }],
  ['task build, taskRef: name is "other", and "buildah" upstream', 'spec tasks 1 taskRef name', 'other'],
  [
    'task build, param ARGS: value is "$(params.args[*])", and ["$(params.args[*])"] upstream',
    'spec tasks 1 params 0 value',
    '$(params.args[*])',
  ],
  ['task build, param ARGS: is not there', 'spec tasks 1 params', undefined],
  ['task build, matrix PLATFORM: is not there', 'spec tasks 1 matrix', undefined],
  [
    'task build, workspace netrc: workspace is "other", and "netrc" upstream',
    'spec tasks 1 workspaces 0 workspace',
    'other',
  ],
  [
    'task build, when: value is [], and [{"input":"$(params.skip)","operator":"in","values":["false"]}] upstream',
    'spec tasks 1 when',
    undefined,
  ],
  ['task build, runAfter: value is [], and ["init"] upstream', 'spec tasks 1 runAfter', undefined],
  ['task build, retries: value is 1, and not there upstream', 'spec tasks 1 retries', 1],
])('%s', ([told, path, value]) => {
  expect(comparePipeline(pipeline, changed(ourPipeline, path, value)).map(tell)).toEqual([told]);
});

test('what differs is meant or unexpected, and what is meant is there', () => {
  const found = [
    { place: 'param A', what: 'is not there' },
    { place: 'param B', what: 'is ours' },
  ];
  const meant = [{ task: 'x', place: 'param A', what: 'is not there', why: '' }];

  expect(judge(found, meant, 'x')).toEqual({ unexpected: [], gone: [] });
  expect(judge(found, [], 'x')).toEqual({ unexpected: ['param A: is not there'], gone: [] });
  expect(judge([], meant, 'x')).toEqual({ unexpected: [], gone: ['param A: is not there'] });
  expect(judge(found, meant, 'y').unexpected).toEqual(['param A: is not there']);
  expect(judge(found, meant).unexpected).toEqual(['param A: is not there', 'param B: is ours']);
});

function tell({ place, what }: { readonly place: string; readonly what: string }): string {
  return `${place}: ${what}`;
}

/** A copy with another value at a path of keys, or without it. */
function changed<T>(object: T, path: string, value: unknown): T {
  const copy = structuredClone(object);
  const keys = path.split(' ');
  const last = keys.pop() ?? '';
  let place = copy as unknown as Record<string, unknown>;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value !== undefined) place[last] = value;
  else if (Array.isArray(place)) place.splice(Number(last), 1);
  else delete place[last];
  return copy;
}
