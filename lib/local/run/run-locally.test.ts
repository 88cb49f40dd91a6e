import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '#lib/runs';
import { pipelineRun, taskRun, yamlRunner } from '#test/run-yaml';
import type { RunResult } from '../index.ts';

const run = yamlRunner();

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
    'skip: Step was skipped due to when expressions were evaluated to false.',
    'fill: Termination message is above max allowed size 4096, caused by large task result.',
  ]);
  expect(result.results).toEqual([{ name: 'copy', type: 'string', value: 'a b' }]);
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
