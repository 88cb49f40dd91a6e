import { expect, test } from 'vitest';
import type { PipelineRun, TaskRun } from '#lib/tekton/objects';
import { chainsStatement, signedImages } from './index.ts';

const hex = (letter: string) => letter.repeat(64);
const commit = 'c'.repeat(40);

function taskRun(task: string, status: Partial<NonNullable<TaskRun['status']>>, name = task): TaskRun {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: {
      name: `run-${name}`,
      labels: { 'tekton.dev/pipelineTask': task, 'tekton.dev/task': `${task}-oci-ta` },
      annotations: { note: 'kept', 'chains.tekton.dev/signed': 'true' },
    },
    spec: { params: [{ name: 'PLATFORM', value: 'linux/arm64' }] },
    status: {
      podName: 'pod',
      startTime: '2026-11-26T10:00:00Z',
      completionTime: '2026-11-26T10:01:00Z',
      conditions: [{ type: 'Succeeded', status: 'True' }],
      taskSpec: {
        params: [
          { name: 'PLATFORM', default: 'none' },
          { name: 'HERMETIC', default: 'false' },
        ],
        steps: [
          { name: 'go', image: 'quay.io/a/steps', command: ['/bin/go', 'on'], args: ['-x'] },
          { name: 'say', image: 'quay.io/a/steps', script: '#!/bin/sh\necho' },
        ],
      },
      steps: [
        { name: 'go', imageID: `quay.io/a/steps@sha256:${hex('a')}` },
        { name: 'say', imageID: 'rootfs:/' },
      ],
      ...status,
    },
  };
}

const refSource = { uri: 'quay.io/a/task', digest: { sha256: hex('b') }, entryPoint: 'clone' };
const taskRuns = [
  taskRun('clone', {
    provenance: { refSource },
    results: [
      { name: 'CHAINS-GIT_URL', value: 'https://example.com/r' },
      { name: 'CHAINS-GIT_COMMIT', value: commit },
    ],
  }),
  taskRun('build', {
    results: [
      { name: 'IMAGE_URL', value: 'quay.io/a/image:1-arm64\n' },
      { name: 'IMAGE_DIGEST', value: `sha256:${hex('1')}` },
    ],
  }),
  taskRun('build', { completionTime: undefined }, 'build-1'),
  taskRun('index', {
    results: [
      { name: 'IMAGES', value: `quay.io/a/image@sha256:${hex('1')},quay.io/a/image@sha256:${hex('2')}\n` },
      { name: 'SCAN_ARTIFACT_URI', value: 'file.json' },
      { name: 'SCAN_ARTIFACT_DIGEST', value: `sha256:${hex('3')}` },
    ],
    conditions: [{ type: 'Succeeded', status: 'False' }],
  }),
  taskRun('last', {}),
];
const run: PipelineRun = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name: 'run' },
  spec: {
    params: [{ name: 'git-url', value: 'https://example.com/r' }],
    taskRunTemplate: { serviceAccountName: 'builder' },
  },
  status: {
    startTime: '2026-11-26T10:00:00Z',
    completionTime: '2026-11-26T10:05:00Z',
    results: [
      { name: 'IMAGE_URL', value: 'quay.io/a/image:1' },
      { name: 'IMAGE_DIGEST', value: `sha256:${hex('2')}` },
    ],
    pipelineSpec: {
      params: [{ name: 'revision', default: '' }, { name: 'git-url' }],
      tasks: [
        { name: 'clone', taskRef: { name: 'clone-oci-ta' } },
        {
          name: 'build',
          taskRef: { name: 'build-oci-ta' },
          params: [{ name: 'X', value: '$(tasks.clone.results.commit)' }],
        },
        { name: 'index', taskRef: { name: 'index' }, runAfter: ['build'] },
        { name: 'skipped', taskRef: { name: 'skipped' } },
      ],
      finally: [{ name: 'last', taskRef: { name: 'last' } }],
    },
  },
};
const statement = chainsStatement(run, taskRuns, 'https://tekton.dev/chains/v2');
const tasks = statement.predicate.buildConfig.tasks as readonly Record<string, unknown>[];

// https://github.com/tektoncd/chains/blob/e44b60fe/pkg/chains/formats/slsa/v1/pipelinerun/pipelinerun.go
test('says what was made: images and files of every task, and those of the run, each once', () => {
  expect(statement).toMatchObject({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: { builder: { id: 'https://tekton.dev/chains/v2' }, buildType: 'tekton.dev/v1/PipelineRun' },
  });
  expect(statement.subject).toEqual([
    { name: 'quay.io/a/image', digest: { sha256: hex('1') } },
    { name: 'quay.io/a/image', digest: { sha256: hex('2') } },
    { name: 'file.json', digest: { sha256: hex('3') } },
  ]);
  expect(signedImages(run, taskRuns)).toEqual([
    { name: 'quay.io/a/image', digest: { sha256: hex('1') } },
    { name: 'quay.io/a/image', digest: { sha256: hex('2') } },
  ]);
});

test('says what it was made of, and nothing of steps that ran in no image', () => {
  expect(statement.predicate.materials).toEqual([
    { uri: `oci://quay.io/a/steps`, digest: { sha256: hex('a') } },
    { uri: 'quay.io/a/task', digest: { sha256: hex('b') } },
    { uri: 'git+https://example.com/r.git', digest: { sha1: commit } },
  ]);
});

test('tells every task that has ended, in the order of the pipeline, with what it came after', () => {
  expect(tasks.map(({ name, after, status }) => [name, after, status])).toEqual([
    ['clone', undefined, 'Succeeded'],
    ['build', ['clone'], 'Succeeded'],
    ['index', ['build'], 'Failed'],
    ['last', ['index'], 'Succeeded'],
  ]);
  expect(tasks[0]).toMatchObject({
    ref: { name: 'clone-oci-ta' },
    serviceAccountName: 'builder',
    startedOn: '2026-11-26T10:00:00Z',
    results: [{ name: 'CHAINS-GIT_URL' }, { name: 'CHAINS-GIT_COMMIT' }],
  });
});

test('tells steps as they were called, and params over their defaults', () => {
  expect(tasks[0]?.steps).toEqual([
    {
      entryPoint: '/bin/go on',
      arguments: ['-x'],
      environment: { image: `oci://quay.io/a/steps@sha256:${hex('a')}`, container: 'go' },
      annotations: null,
    },
    {
      entryPoint: '#!/bin/sh\necho',
      environment: { image: 'oci://rootfs:/', container: 'say' },
      annotations: null,
    },
  ]);
  expect(tasks[0]?.invocation).toEqual({
    configSource: refSource,
    parameters: { PLATFORM: 'linux/arm64', HERMETIC: 'false' },
    environment: {
      annotations: { note: 'kept' },
      labels: { 'tekton.dev/pipelineTask': 'clone', 'tekton.dev/task': 'clone-oci-ta' },
    },
  });
  expect(statement.predicate.invocation.parameters).toEqual({
    revision: '',
    'git-url': 'https://example.com/r',
  });
});

test('says nothing of a run that has not ended', () => {
  const running = { ...run, status: { ...run.status, completionTime: undefined } };

  expect(() => chainsStatement(running, taskRuns, 'x')).toThrow('run has not ended');
});

test.for<[what: string, results: readonly { name: string; value: never }[], names: readonly string[]]>(
  (
    [
      ['a digest without its image', [{ name: 'IMAGE_DIGEST', value: `sha256:${hex('1')}` }], []],
      [
        'pairs by their beginning',
        [
          { name: 'A_IMAGE_URL', value: 'quay.io/a/a' },
          { name: 'B_IMAGE_DIGEST', value: `sha256:${hex('1')}` },
          { name: 'B_IMAGE_URL', value: 'b/b' },
        ],
        ['index.docker.io/b/b'],
      ],
      ['what is no image', [{ name: 'IMAGES', value: 'Not An Image, ,quay.io/a/b:1' }], []],
      [
        'objects that are build artifacts',
        [
          {
            name: 'X_ARTIFACT_OUTPUTS',
            value: { uri: 'quay.io/x/x', digest: `sha256:${hex('1')}`, isBuildArtifact: 'true' },
          },
          { name: 'Y_ARTIFACT_OUTPUTS', value: { uri: 'quay.io/y/y', digest: `sha256:${hex('1')}` } },
        ],
        ['quay.io/x/x'],
      ],
    ] as const
  ).map(([what, results, names]) => [what, results as never, names]),
)('signs images by type hints: %s', ([, results, names]) => {
  const made = signedImages({ ...run, status: { ...run.status, results } }, []);

  expect(made.map(({ name }) => name)).toEqual(names);
});
