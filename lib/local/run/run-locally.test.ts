import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRegistryClient } from '#lib/oci';
import type { RunEvent } from '#lib/runs';
import { runYaml, type YamlRun } from '#test/run-yaml';
import { createResolvers, type Resolver, type RunOptions, type RunResult } from '../index.ts';
import { findInvocation } from '../podman/find-invocation.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Runs YAML for real, with this machine's root in place of any image. */
const run = (yaml: string, options: Partial<RunOptions> = {}): Promise<YamlRun> =>
  runYaml(yaml, { runsDirectory: directory, ...options });

const taskRun = (spec: string) => `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {generateName: test-}
spec:
${spec.replace(/^/gm, '  ')}`;

const pipelineRun = (spec: string) => taskRun(spec).replace('TaskRun', 'PipelineRun');

function stepsOf({ run: { status } }: RunResult) {
  return (status && 'steps' in status ? (status.steps ?? []) : []).map(
    ({ name, terminated, terminationReason }) => `${name} ${terminated?.exitCode} ${terminationReason}`,
  );
}

test('results go from task to task, through a matrix and out of the pipeline', async () => {
  const { status, message, results, lines, taskRuns } = await run(
    pipelineRun(`
params: [{name: platforms, value: [amd64, arm64, s390x]}]
pipelineSpec:
  params: [{name: platforms, type: array}]
  tasks:
  - name: first
    taskSpec:
      results: [{name: tag}, {name: object, type: object, properties: {key: {}}}]
      steps:
      - {name: write, image: any, script: 'printf v1 > $(results.tag.path); printf ''{"key":"k"}'' > $(results.object.path)'}
  - name: build
    params: [{name: tag, value: $(tasks.first.results.tag)}]
    matrix: {params: [{name: platform, value: ["$(params.platforms[*])"]}]}
    taskSpec:
      params: [{name: platform}, {name: tag}]
      results: [{name: image}]
      steps:
      - {name: build, image: any, script: "printf '%s-%s' $(params.tag) $(params.platform) > $(results.image.path)"}
  - name: index
    params:
    - {name: images, value: ["$(tasks.build.results.image[*])"]}
    - {name: count, value: $(tasks.build.matrix.length)}
    taskSpec:
      params: [{name: images, type: array}, {name: count}]
      steps: [{name: index, image: any, command: [echo], args: ["$(params.count)", "$(params.images[*])", "$(tasks.first.results.object.key)"]}]
  results:
  - {name: images, value: "$(tasks.build.results.image[*])"}
  - {name: tag, value: "$(tasks.first.results.tag) only"}`),
  );

  expect(message).toBe('Tasks Completed: 3 (Failed: 0, Cancelled 0), Skipped: 0');
  expect(status).toBe('Succeeded');
  expect(lines).toEqual(['index: 3 v1-amd64 v1-arm64 v1-s390x k']);
  expect(results).toEqual([
    { name: 'images', value: ['v1-amd64', 'v1-arm64', 'v1-s390x'] },
    { name: 'tag', value: 'v1 only' },
  ]);
  expect(taskRuns.map(({ metadata }) => metadata?.name?.replace(/^test-\w+-/, ''))).toEqual([
    'first',
    'build-0',
    'build-1',
    'build-2',
    'index',
  ]);
});

test('after a failure nothing new starts, and finally tasks see how each task ended', async () => {
  const {
    status,
    reason,
    message,
    lines,
    run: ended,
  } = await run(
    pipelineRun(`
pipelineSpec:
  tasks:
  - {name: skipped, when: [{input: a, operator: in, values: [b]}], taskSpec: {steps: [{name: s, image: any, script: echo no}]}}
  - {name: fails, runAfter: [skipped], retries: 1, taskSpec: {steps: [{name: s, image: any, script: 'echo try $(context.task.retry-count); exit 7'}]}}
  - {name: never, runAfter: [fails], taskSpec: {steps: [{name: s, image: any, script: echo no}]}}
  finally:
  - name: last
    params: [{name: seen, value: "$(tasks.skipped.status) $(tasks.fails.status) $(tasks.fails.reason) $(tasks.never.status) $(tasks.status)"}]
    taskSpec: {params: [{name: seen}], steps: [{name: see, image: any, command: [echo], args: ["$(params.seen)"]}]}`),
  );

  expect({ status, reason }).toEqual({ status: 'Failed', reason: 'Failed' });
  expect(message).toBe('Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 2');
  expect(lines).toEqual(['s: try 0', 's: try 1', 'see: None Failed StepFailed None Failed']);
  expect(ended.status).toMatchObject({
    skippedTasks: [{ name: 'skipped' }, { name: 'never', reason: 'PipelineRun was stopping' }],
  });
});

test('a step ends as Tekton says: ignored, failed, then skipped', async () => {
  const result = await run(
    taskRun(`
taskSpec:
  steps:
  - {name: ignored, image: any, onError: continue, script: exit 3}
  - {name: reads, image: any, script: 'cat $(steps.step-ignored.exitCode.path); touch /tekton/run/0/x || echo; touch /tekton/scripts/x || echo'}
  - {name: slow, image: any, timeout: 500ms, script: sleep 60}
  - {name: after, image: any, script: echo never}`),
  );

  expect(stepsOf(result)).toEqual([
    'ignored 3 Continued',
    'reads 0 Completed',
    'slow 1 TimeoutExceeded',
    'after 1 Skipped',
  ]);
  expect(result.reason).toBe('StepFailed');
  expect(result.message).toBe('"step-slow" exited because the step exceeded the specified timeout limit');
  expect(result.lines.filter((line) => line.includes('Read-only file system'))).toHaveLength(2);
});

test('results of steps reach later steps, and a result over 4,096 bytes fails its step', async () => {
  const result = await run(
    taskRun(`
taskSpec:
  results: [{name: copy, value: $(steps.write.results.text)}, {name: large}]
  steps:
  - name: write
    image: any
    results: [{name: text}, {name: list, type: array}]
    script: |
      printf 'a b' > $(step.results.text.path)
      printf '["c","d e"]' > $(step.results.list.path)
  - {name: read, image: any, env: [{name: TEXT, value: $(steps.write.results.text)}], script: 'echo "$TEXT" "$#" "$2"', args: ["$(steps.write.results.list[*])"]}
  - {name: skip, image: any, when: [{input: $(steps.write.results.text), operator: notin, values: [a b]}], script: echo no}
  - {name: fill, image: any, script: "head -c 4096 /dev/zero | tr '\\\\0' x > $(results.large.path)"}`),
  );

  expect(stepsOf(result)).toEqual([
    'write 0 Completed',
    'read 0 Completed',
    'skip 0 Skipped',
    'fill 1 Error',
  ]);
  expect(result.lines).toEqual([
    'read: a b 2 d e',
    'fill: Termination message is above max allowed size 4096, caused by large task result.',
  ]);
  expect(result.results).toEqual([{ name: 'copy', type: 'string', value: 'a b' }]);
});

test('an emptyDir is another one for each task, a volumeClaimTemplate is the same for all', async () => {
  const { status, lines } = await run(
    pipelineRun(`
workspaces:
- {name: own, emptyDir: {}}
- {name: shared, volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}, subPath: sub}
pipelineSpec:
  workspaces: [{name: own}, {name: shared}]
  tasks:
  - name: write
    workspaces: [{name: own}, {name: shared}]
    taskSpec:
      workspaces: [{name: own}, {name: shared, mountPath: /srv/shared}]
      steps: [{name: w, image: any, script: 'echo 1 > $(workspaces.own.path)/file; echo 2 > $(workspaces.shared.path)/file'}]
  - name: read
    runAfter: [write]
    workspaces: [{name: own}, {name: shared}]
    taskSpec:
      workspaces: [{name: own}, {name: shared, readOnly: true}]
      steps: [{name: r, image: any, script: 'cat /workspace/own/file || echo none; cat /workspace/shared/file; touch /workspace/shared/x || echo ro'}]`),
  );

  expect(status).toBe('Succeeded');
  expect(lines.filter((line) => !line.includes('cannot') && !line.includes('No such'))).toEqual([
    'r: none',
    'r: 2',
    'r: ro',
  ]);
});

test('a directory of the machine, a ConfigMap and a Secret are there as files and as variables', async () => {
  const source = await mkdtemp(join(directory, 'source-'));
  await writeFile(join(source, 'Containerfile'), 'FROM scratch\n');
  const { status, lines } = await run(
    `${taskRun(`
taskSpec:
  workspaces: [{name: source}]
  volumes: [{name: config, configMap: {name: config}}, {name: secret, secret: {secretName: secret, defaultMode: 256}}]
  steps:
  - name: show
    image: any
    workingDir: /workspace/source/new/directory
    env:
    - {name: TOKEN, valueFrom: {secretKeyRef: {name: secret, key: token}}}
    - {name: HOME, value: /tekton/home}
    - {name: BOTH, value: "<$(HOME)> $$(HOME)"}
    envFrom: [{prefix: C_, configMapRef: {name: config}}]
    volumeMounts: [{name: config, mountPath: /config}, {name: secret, mountPath: /secret}]
    script: |
      cat ../../Containerfile /config/key; pwd; stat -L -c %a /secret/token
      echo "$TOKEN $HOME $BOTH $C_key"
      `)}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, data: {key: "value\\n"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: secret}, data: {token: ${Buffer.from('t0ken').toString('base64')}}}`,
    { choice: { workspaces: { source } } },
  );

  expect(lines).toEqual([
    'show: FROM scratch',
    'show: value',
    'show: /workspace/source/new/directory',
    'show: 400',
    'show: t0ken /tekton/home </tekton/home> $(HOME) value',
    'show: ',
  ]);
  expect(status).toBe('Succeeded');
});

test('a sidecar is ready before the first step and stopped after the last', async () => {
  const { status, run: ended } = await run(
    taskRun(`
taskSpec:
  volumes: [{name: v, emptyDir: {}}]
  sidecars:
  - name: server
    image: any
    volumeMounts: [{name: v, mountPath: /v}]
    script: 'sleep 0.5; touch /v/ready; sleep 60'
    readinessProbe: {periodSeconds: 1, exec: {command: [test, -e, /v/ready]}}
  steps: [{name: s, image: any, volumeMounts: [{name: v, mountPath: /v}], script: test -e /v/ready}]`),
  );

  expect(status).toBe('Succeeded');
  expect(ended.status).toMatchObject({ sidecars: [{ name: 'server', container: 'sidecar-server' }] });
});

test('what a step leaves as a link does not reach files of the machine', async () => {
  const { results, run: ended } = await run(
    taskRun(`
taskSpec:
  results: [{name: stolen}]
  steps: [{name: s, image: any, script: 'ln -s /etc/passwd $(results.stolen.path); rm -r /tekton/run/0/status; ln -s /etc /tekton/run/0/status'}]`),
  );

  expect(ended.status?.conditions?.[0]?.reason).toBe('Succeeded');
  expect(results).toEqual([]);
  expect(existsSync('/etc/exitCode')).toBe(false);
});

test('a task out of time is ended, and the finally tasks still run', async () => {
  const { status, reason, message, lines } = await run(
    pipelineRun(`
timeouts: {pipeline: 1m, tasks: 1s}
pipelineSpec:
  tasks: [{name: slow, taskSpec: {steps: [{name: s, image: any, script: sleep 60}]}}]
  finally:
  - name: last
    params: [{name: p, value: $(tasks.slow.status) $(tasks.slow.reason)}]
    taskSpec: {params: [{name: p}], steps: [{name: l, image: any, script: echo $(params.p)}]}`),
  );

  expect({ status, reason }).toEqual({ status: 'TimedOut', reason: 'PipelineRunTimeout' });
  expect(message).toMatch(/failed due to tasks failed to finish within "1s"$/);
  expect(lines).toEqual(['l: Failed TaskRunCancelled']);
});

test('a cancellation ends what runs, lets finally tasks run, and leaves nothing behind', async () => {
  const graceful = new AbortController();
  const result = await run(
    pipelineRun(`
pipelineSpec:
  tasks:
  - {name: runs, taskSpec: {steps: [{name: s, image: any, script: echo here; sleep 60}]}}
  - {name: waits, runAfter: [runs], taskSpec: {steps: [{name: s, image: any, script: echo never}]}}
  finally: [{name: last, taskSpec: {steps: [{name: l, image: any, script: echo last}]}}]`),
    {
      gracefulSignal: graceful.signal,
      sinks: [
        { event: (event) => void (event.type === 'step-log' && event.text === 'here' && graceful.abort()) },
      ],
    },
  );

  expect(result.status).toBe('Cancelled');
  expect(result.message).toMatch(/^PipelineRun "test-\w+" was cancelled$/);
  expect(result.taskRuns.map(({ status }) => status?.conditions?.[0]?.reason)).toEqual([
    'TaskRunCancelled',
    'Succeeded',
  ]);
  const left = execFileSync('podman', ['ps', '--all', '--quiet', '--filter', 'label=bootc-catalog.run'], {
    encoding: 'utf8',
  });
  expect(left).not.toContain(result.taskRuns[0]?.status?.steps?.[0]?.terminated?.containerID ?? 'none');
  expect(await readdir(result.directory)).not.toContain('work');
});

test('the run directory keeps status, logs and events', async () => {
  const { directory: kept, run: ended } = await run(
    taskRun('taskSpec: {steps: [{name: s, image: any, script: echo logged}]}'),
  );

  expect(await readFile(join(kept, 'taskrun.yaml'), 'utf8')).toContain('All Steps have completed executing');
  expect(await readFile(join(kept, 'logs', ended.metadata?.name ?? '', 's.log'), 'utf8')).toMatch(
    /^\S+Z stdout F logged\n$/,
  );
  const events = (await readFile(join(kept, 'events.jsonl'), 'utf8')).trim().split('\n');
  expect(events.map((line) => (JSON.parse(line) as RunEvent).type)).toEqual([
    'run-start',
    'task-start',
    'step-start',
    'step-end',
    'task-end',
    'run-end',
  ]);
});

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

test('the statuses say where a resolver had the pipeline, its task and its StepAction from', async () => {
  const from = (entryPoint: string) => ({ uri: 'git+https://forge.example/a', entryPoint });
  const step = (kind: string) => ({ resolver: 'given', params: [{ name: 'path', value: kind }] });
  const specs: Readonly<Record<string, object>> = {
    pipeline: { tasks: [{ name: 't', taskRef: step('task') }] },
    task: { steps: [{ name: 's', ref: step('stepaction') }] },
    stepaction: { image: 'any', command: ['true'] },
  };
  const kinds = { pipeline: 'Pipeline', task: 'Task', stepaction: 'StepAction' };
  const given: Resolver = async (kind) => ({
    object: {
      apiVersion: kind === 'stepaction' ? 'tekton.dev/v1beta1' : 'tekton.dev/v1',
      kind: kinds[kind],
      metadata: { name: kind },
      spec: specs[kind],
    },
    source: from(kind),
  });

  const { run: pipeline, taskRuns } = await run(
    pipelineRun('pipelineRef: {resolver: given, params: [{name: path, value: pipeline}]}'),
    { resolvers: { given } },
  );

  const [taskRun] = taskRuns;
  expect(pipeline.status?.provenance?.refSource).toEqual(from('pipeline'));
  expect(taskRun?.status?.provenance?.refSource).toEqual(from('task'));
  expect(taskRun?.status?.steps?.[0]?.provenance).toEqual({ refSource: from('stepaction') });
});

test.skipIf(!(await findInvocation()).hasResourceLimits)(
  'a step that takes more memory than it may is killed, and the TaskRun says so',
  async () => {
    const script = 'x=$(head -c 150000000 /dev/zero | tr "\\0" a); echo fits';
    const spec = (limit: string) => `
stepSpecs: [{name: greedy, computeResources: {limits: {memory: ${limit}}}}]
taskSpec:
  stepTemplate: {computeResources: {limits: {memory: 2Gi, cpu: 500m}}}
  steps: [{name: greedy, image: any, script: '${script}'}]`;
    const killed = await run(taskRun(spec('64Mi')));
    const enough = await run(taskRun(spec('1Gi')));

    expect(killed).toMatchObject({
      reason: 'StepOOM',
      message: '"step-greedy" exited with code 137: OOMKilled',
    });
    expect(killed.taskRuns[0]?.status?.steps?.[0]?.terminated?.reason).toBe('OOMKilled');
    expect(enough).toMatchObject({ status: 'Succeeded', lines: ['greedy: fits'] });
  },
);

describe('the host of a build', () => {
  const volumes = 'volumes: [{name: ssh, secret: {secretName: multi-platform-ssh-$(context.taskRun.name)}}]';
  const steps = `steps: [{name: s, image: any, script: 'cat /ssh/host', volumeMounts: [{name: ssh, mountPath: /ssh}]}]`;
  const spec = `taskSpec: {params: [{name: PLATFORM, default: linux/amd64}], ${volumes}, ${steps}}`;
  const secret = `
---
apiVersion: v1
kind: Secret
metadata: {name: multi-platform-ssh-fixed}
stringData: {host: me@elsewhere}`;

  test('is this machine', async () => {
    const { status, lines, notes } = await run(
      taskRun(`params: [{name: PLATFORM, value: linux/s390x}]\n${spec}`),
    );

    expect(status).toBe('Succeeded');
    expect(lines.join('\n')).toContain('localhost');
    expect(notes).toEqual([expect.stringContaining('this machine is the host for linux/s390x')]);
  });

  test('is that of a Secret among the objects', async () => {
    const named = taskRun(`params: [{name: PLATFORM, value: linux/s390x}]\n${spec}`).replace(
      'generateName: test-',
      'name: fixed',
    );
    const { lines } = await run(named + secret);

    expect(lines.join('\n')).toContain('me@elsewhere');
  });

  test('is nowhere without a PLATFORM in the run, for a default does not count', async () => {
    const { status, message } = await run(taskRun(spec));

    expect(status).toBe('Failed');
    expect(message).toMatch(/secret "multi-platform-ssh-test-\w+" not found/);
  });
});

const pinned = (repository: string) =>
  `{resolver: bundles, params: [{name: bundle, value: '${repository}'}, {name: name, value: t}, {name: kind, value: task}]}`;

describe('a Task of a registry that does not answer', () => {
  const resolvers = createResolvers({ client: createRegistryClient({ retry: { attempts: 1 } }) });
  const skipping = (values: string, more = '') =>
    pipelineRun(`
params: [{name: skip, value: "true"}]
pipelineSpec:
  params: [{name: skip}]
  tasks:
  - {name: check, when: [{input: $(params.skip), operator: in, values: ["${values}"]}], taskRef: ${pinned('127.0.0.1:1/a/b:1')}}
  - {name: goes, taskSpec: {steps: [{name: s, image: any, script: 'echo went ${more}'}]}}`);

  test('is not needed where its when skips it', async () => {
    const { status, notes } = await run(skipping('false'), { resolvers });

    expect(status).toBe('Succeeded');
    expect(notes).toEqual([
      expect.stringContaining('task check is skipped without its Task, which a cluster would want'),
    ]);
  });

  test('is needed where it runs, and where its results are', async () => {
    await expect(run(skipping('true'), { resolvers })).rejects.toThrow('no answer from 127.0.0.1:1');
    await expect(run(skipping('false', '$(tasks.check.results.x)'), { resolvers })).rejects.toThrow(
      'the Task of "check" is not known',
    );
  });
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

test('a pipeline takes the place of a task, with params and workspaces of its parent', async () => {
  const {
    status,
    lines,
    run: ended,
    pipelineRuns,
  } = await run(
    pipelineRun(`
workspaces: [{name: w, volumeClaimTemplate: {spec: {}}}]
pipelineSpec:
  workspaces: [{name: w}]
  tasks:
  - name: outer
    params: [{name: p, value: from-above}]
    workspaces: [{name: inner, workspace: w}]
    pipelineSpec:
      params: [{name: p, type: string}]
      workspaces: [{name: inner}]
      tasks:
      - name: write
        workspaces: [{name: inner}]
        taskSpec: {workspaces: [{name: inner}], steps: [{name: w, image: any, script: echo $(params.p) > $(workspaces.inner.path)/f}]}
  - name: read
    runAfter: [outer]
    workspaces: [{name: w}]
    taskSpec: {workspaces: [{name: w}], steps: [{name: r, image: any, script: cat $(workspaces.w.path)/f}]}`),
  );

  expect(lines).toEqual(['r: from-above']);
  expect(status).toBe('Succeeded');
  expect(ended.status).toMatchObject({ childReferences: [{ kind: 'PipelineRun' }, { kind: 'TaskRun' }] });
  expect(pipelineRuns.map(({ metadata }) => metadata?.name)).toEqual([`${ended.metadata?.name}-outer`]);
});

test('refuses a pipeline that is in itself', async () => {
  const pipeline =
    '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: t, pipelineRef: {name: p}}]}}';

  await expect(run(pipeline, { choice: { pipeline: 'p' } })).rejects.toThrow(
    'detected cycle in pipeline-in-pipeline: pipeline "p" is already running in ancestor chain [p]',
  );
});

describe('network', () => {
  const sidecar = (probe: string) => `
taskSpec:
  sidecars:
    - name: server
      image: any
      command: [${process.execPath}, -e, "setTimeout(() => require('http').createServer((_, answer) => answer.end('hello')).listen(8080), 300)"]
      readinessProbe: {${probe}}
  steps:
    - name: ask
      image: any
      script: ${process.execPath} -e "fetch('http://localhost:8080').then((a) => a.text()).then(console.log)"`;

  test.each(['tcpSocket: {port: 8080}', 'httpGet: {port: 8080}'])(
    'a step meets a sidecar on loopback once %s holds, and two such pods do not meet',
    async (probe) => {
      const runs = await Promise.all([run(taskRun(sidecar(probe))), run(taskRun(sidecar(probe)))]);

      expect(runs.map(({ lines }) => lines)).toEqual([['ask: hello'], ['ask: hello']]);
    },
  );

  const namespace = 'taskSpec: {steps: [{name: look, image: any, script: readlink /proc/self/ns/net}]}';

  test('a TaskRun has a namespace of its own, and that of the machine where it is told to', async () => {
    const own = await run(taskRun(namespace));
    const told = await run(taskRun(namespace), { network: 'host' });
    const template = await run(taskRun(`podTemplate: {hostNetwork: true}\n${namespace}`));

    const host = `look: ${await readlink('/proc/self/ns/net')}`;
    expect(own.lines).not.toEqual([host]);
    expect([told.lines, template.lines]).toEqual([[host], [host]]);
  });
});

test.skipIf(process.getuid?.() !== 0)('credentials are in the home of whoever runs the step', async () => {
  const account = `apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
secrets: [{name: login}]
---
apiVersion: v1
kind: Secret
metadata: {name: login, annotations: {tekton.dev/git-0: "https://example.com"}}
type: kubernetes.io/basic-auth
stringData: {username: user, password: word}
---`;
  const look = 'image: any, script: \'echo "$HOME"; cat "$HOME/.git-credentials"\'';
  const steps = `steps: [{name: root, ${look}}, {name: daemon, ${look}, securityContext: {runAsUser: 1}}]`;

  const { lines } = await run(account + taskRun(`serviceAccountName: robot\ntaskSpec: {${steps}}`));

  const daemon = /^daemon:.*:([^:]*):[^:]*$/m.exec(await readFile('/etc/passwd', 'utf8'))?.[1];
  expect(lines).toEqual([
    'root: /root',
    'root: https://user:word@example.com',
    `daemon: ${daemon}`,
    'daemon: https://user:word@example.com',
  ]);
});
