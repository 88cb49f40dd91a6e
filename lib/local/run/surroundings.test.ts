import { readlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createRegistryClient } from '#lib/oci';
import { pipelineRun, taskRun, yamlRunner } from '#test/run-yaml';
import { createResolvers, type Resolver } from '../index.ts';
import { findInvocation } from '../podman/find-invocation.ts';

const run = yamlRunner();

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
