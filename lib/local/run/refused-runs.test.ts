import { expect, test } from 'vitest';
import { pipelineRun, taskRun, yamlRunner } from '#test/run-yaml';

const run = yamlRunner();

const task = '{name: t, taskSpec: {steps: [{name: s, image: any}]}}';

test.for([
  [
    `pipelineSpec: {params: [{name: p}], tasks: [${task}]}`,
    'ParameterMissing',
    'pipelineRun missing parameters: [p]',
  ],
  [
    `params: [{name: p, value: [a]}]\npipelineSpec: {params: [{name: p}], tasks: [${task}]}`,
    'ParameterTypeMismatch',
    'inconsistent types : [p]',
  ],
  ['pipelineRef: {name: none}', 'CouldntGetPipeline', 'there is no Pipeline none'],
  ['pipelineSpec: {tasks: [{name: t, taskRef: {name: none}}]}', 'CouldntGetTask', 'there is no Task none'],
  [
    `pipelineSpec: {workspaces: [{name: w}], tasks: [${task}]}`,
    'InvalidWorkspaceBindings',
    'workspace with name "w"',
  ],
  [
    `pipelineSpec: {tasks: [${task}, {name: u, params: [{name: x, value: $(tasks.t.results.r)}], taskSpec: {steps: [{name: s, image: any}]}}]}`,
    'InvalidTaskResultReference',
    '"r" is not a named result returned by pipeline task "t"',
  ],
  [
    'pipelineSpec: {tasks: [{name: t, taskSpec: {params: [{name: need}], steps: [{name: s, image: any}]}}]}',
    'PipelineValidationFailed',
    'missing values for these params which have no default values: [need]',
  ],
  // What the webhook says: spec.pipelineSpec and below.
  [`pipelineSpec: {tasks: [${task}, ${task}]}`, 'PipelineInvalidGraph', 'task t is already present'],
  [
    'pipelineSpec: {tasks: [{name: T, taskSpec: {steps: [{name: s, image: any}]}}]}',
    'PipelineValidationFailed',
    'spec.pipelineSpec.tasks[0].name',
  ],
  ['pipelineRef: {name: p}\nparam: []', 'PipelineValidationFailed', 'unknown field "param"'],
] as const)('refuses before anything runs: %s', async ([spec, reason, message]) => {
  const refused = run(pipelineRun(spec));

  await expect(refused).rejects.toMatchObject({ name: 'InvalidRunError', reason });
  await expect(refused).rejects.toThrow(message);
});

test('refuses by name what needs a cluster', async () => {
  await expect(
    run(pipelineRun('pipelineSpec: {tasks: [{name: t, taskRef: {apiVersion: example.dev/v1, kind: Wait}}]}')),
  ).rejects.toThrow(
    'spec.tasks[0]: a custom task (example.dev/v1, Wait) needs a cluster with its controller',
  );
  await expect(run(pipelineRun('pipelineRef: {resolver: hub}'))).rejects.toThrow(
    'there is no resolver "hub" here',
  );
});

test.for<[spec: string, message: string]>([
  [
    'volumes: [{name: v, csi: {driver: d}}]',
    'spec.taskSpec.volumes[0]: a volume of type csi needs a cluster',
  ],
  ['volumes: [{name: v, nfs: {server: s, path: /}}]', 'spec.taskSpec.volumes[0]: a volume of type nfs'],
  [
    'volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {path: t}}]}}]',
    'spec.taskSpec.volumes[0].projected.sources[0]: a clusterTrustBundle needs a cluster',
  ],
  [
    'stepTemplate: {env: [{name: E, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]}',
    'spec.taskSpec.stepTemplate.env[0]: a value from a resource field needs a cluster',
  ],
])('refuses before anything runs what only a cluster has: %s', async ([spec, message]) => {
  const yaml = taskRun(`taskSpec: {${spec}, steps: [{name: s, image: any, command: ['true']}]}`);

  await expect(run(yaml)).rejects.toMatchObject({
    name: 'UnsupportedError',
    message: expect.stringContaining(message),
  });
});

test('refuses before anything runs what a run itself asks of a cluster', async () => {
  const rest = "taskSpec: {workspaces: [{name: w}], steps: [{name: s, image: any, command: ['true']}]}";

  await expect(run(taskRun(`workspaces: [{name: w, csi: {driver: d}}]\n${rest}`))).rejects.toThrow(
    'spec.workspaces[0]: a volume of type csi needs a cluster',
  );
  await expect(
    run(taskRun(`managedBy: other.dev/controller\nworkspaces: [{name: w, emptyDir: {}}]\n${rest}`)),
  ).rejects.toThrow('spec.managedBy: other.dev/controller is no part of Tekton');
});

test('refuses a param that the Pipeline does not have', async () => {
  const pipeline = `{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: a}], tasks: [${task}]}}`;

  await expect(run(pipeline, { choice: { pipeline: 'p', params: { b: '1' } } })).rejects.toThrow(
    'there is no param [b]',
  );
});

test('refuses a pipeline that is in itself', async () => {
  const pipeline =
    '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: t, pipelineRef: {name: p}}]}}';

  await expect(run(pipeline, { choice: { pipeline: 'p' } })).rejects.toThrow(
    'detected cycle in pipeline-in-pipeline: pipeline "p" is already running in ancestor chain [p]',
  );
});
