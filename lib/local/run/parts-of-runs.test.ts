import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '#lib/runs';
import { type DebugOptions, parseImageMapping, parseObjects, runLocally, sortObjects } from '../index.ts';

let directory: string;
let runsDirectory: string;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parts-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  runsDirectory = join(directory, `runs-${count++}`);
});

/** `use` fails until a file is there, after `make` has written into the volume and given a result. */
const pipeline = (name = 'ci') => `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: ${name}-}
spec:
  params: [{name: who, value: world}]
  workspaces:
  - name: data
    volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}
  pipelineSpec:
    params: [{name: who}]
    workspaces: [{name: data}]
    tasks:
    - name: make
      workspaces: [{name: data}]
      taskSpec:
        workspaces: [{name: data}]
        results: [{name: text}, {name: many, type: array}]
        steps: [{name: s, image: any, script: 'echo kept > $(workspaces.data.path)/file; printf "hello $(params.who)" > $(results.text.path); printf ''["x","y"]'' > $(results.many.path)'}]
    - name: use
      workspaces: [{name: data}]
      params: [{name: text, value: $(tasks.make.results.text)}, {name: many, value: "$(tasks.make.results.many[*])"}]
      taskSpec:
        workspaces: [{name: data}]
        params: [{name: text}, {name: many, type: array}]
        steps: [{name: s, image: any, command: [sh, -c], args: ['echo "$0 $@"; cat $(workspaces.data.path)/file && exit 5', "$(params.text)", "$(params.many[*])"]}]
    - name: last
      runAfter: [use]
      taskSpec: {steps: [{name: s, image: any, script: echo done}]}`;
const mended = (name?: string) => pipeline(name).replace(' && exit 5', '');

test('resumes the last run that failed, with its results and what it wrote into its volume', async () => {
  const failed = await run(pipeline());
  await run(pipeline('other'));

  const resumed = await run(mended(), { from: 'use' });

  expect(failed).toMatchObject({ status: 'Failed', ran: ['make', 'use'] });
  expect(resumed).toMatchObject({
    status: 'Succeeded',
    ran: ['use', 'last'],
    reused: [`make: taken from run ${failed.name}`],
    lines: ['use: hello world x y', 'use: kept', 'last: done'],
  });
  expect(resumed.run.metadata?.annotations).toEqual({ 'bootc-catalog/resumed-from': failed.name });
  expect(resumed.taskRuns.map(({ metadata }) => metadata?.labels?.['tekton.dev/pipelineTask'])).toEqual([
    'make',
    'use',
    'last',
  ]);
});

test('a run that was resumed can be resumed, and a task that had succeeded runs again where it is named', async () => {
  await run(pipeline());
  const second = await run(pipeline(), { from: 'use' });

  const third = await run(mended(), { from: 'use', fromRun: second.name });
  const all = await run(mended(), { from: 'make', fromRun: second.name });

  expect(third).toMatchObject({ status: 'Succeeded', ran: ['use', 'last'] });
  expect(all).toMatchObject({ status: 'Succeeded', ran: ['make', 'use', 'last'], reused: [] });
});

test('what was typed for the run that is resumed holds again, directories of this machine too, but for what is typed anew', async () => {
  const data = await mkdtemp(join(directory, 'data-'));
  const named = `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: named}
spec:
  params: [{name: who}, {name: again, default: "no"}]
  workspaces: [{name: data}]
  tasks:
  - {name: make, taskSpec: {results: [{name: text}], steps: [{name: s, image: any, script: 'printf $(params.who) > $(results.text.path)'}]}}
  - name: use
    taskSpec: {steps: [{name: s, image: any, script: 'test -e $(workspaces.data.path)/file; echo $(tasks.make.results.text) $(params.who) $(params.again)'}]}
    workspaces: [{name: data}]`;
  const first = await run(named, {}, { pipeline: 'named', params: { who: 'moon' }, workspaces: { data } });
  await writeFile(join(data, 'file'), '');

  const resumed = await run(named, { from: 'use' }, { pipeline: 'named', params: { again: 'yes' } });

  expect(first).toMatchObject({ status: 'Failed', ran: ['make', 'use'] });
  expect(resumed).toMatchObject({ status: 'Succeeded', ran: ['use'], lines: ['use: moon moon yes'] });
});

test('runs one task with results that are typed, a list among them', async () => {
  const { status, ran, reused, lines } = await run(
    mended().replace('cat $(workspaces.data.path)/file', 'true'),
    { only: ['use'], results: { 'make.text': 'typed, all of it', 'make.many': '["1","2,3"]' } },
  );

  expect({ status, ran, lines }).toEqual({
    status: 'Succeeded',
    ran: ['use'],
    lines: ['use: typed, all of it 1 2,3'],
  });
  expect(reused).toEqual(['make: its results were given', 'last: not asked for']);
});

test('runs one task on the results and the volume of a run that is named', async () => {
  const failed = await run(pipeline());

  const { ran, lines } = await run(mended(), { only: ['use'], fromRun: failed.name });

  expect(ran).toEqual(['use']);
  expect(lines).toEqual(['use: hello world x y', 'use: kept']);
});

test.for<[what: string, debug: DebugOptions, message: string, hint: string]>([
  [
    'an unknown task to start from',
    { from: 'uze' },
    'there is no task [uze]',
    'did you mean use? there are: make, use, last',
  ],
  [
    'an unknown task alone',
    { only: ['uze'] },
    'there is no task [uze]',
    'did you mean use? there are: make, use, last',
  ],
  [
    'a result that nothing gives',
    { only: ['use'], results: { 'make.text': 'x' } },
    'task use needs the result many of task make, which does not run',
    'give it: --result make.many=<value>, or take it from a run: --from-run <name>',
  ],
  [
    'a result that its task does not have',
    { only: ['use'], results: { 'make.txt': 'x' } },
    'task make has no result txt',
    'it has: text, many',
  ],
  [
    'a result of a task that runs',
    { only: ['use'], results: { 'use.x': 'x' } },
    'there is no task that does not run for the result [use.x]',
    'write task.result=value, of a task that is not among those that run',
  ],
  [
    'results where all tasks run',
    { results: { 'make.text': 'x' } },
    'results are given, but every task runs',
    'name the tasks that are to run: --only',
  ],
  [
    'a list that is none',
    { only: ['use'], results: { 'make.text': 'x', 'make.many': '[1,' } },
    'the result [1, begins like JSON and is none',
    '',
  ],
  ['both a part and a start', { only: ['use'], from: 'use' }, 'exclude each other', ''],
  [
    'a run that is not there',
    { from: 'use', fromRun: 'nowhere' },
    'there is no run nowhere',
    'bootc-catalog runs list shows them',
  ],
])('refuses %s, before anything runs', async ([, debug, message, hint]) => {
  await run(pipeline());

  const refusal = await run(pipeline(), debug).catch((error: unknown) => error);

  expect(refusal).toMatchObject({ message: expect.stringContaining(message) });
  expect((refusal as { hint?: string }).hint ?? '').toBe(hint);
});

test('refuses to start from a run that is not there, is of another pipeline, or has no volume any more', async () => {
  const none = run(pipeline(), { from: 'use' });
  await expect(none).rejects.toThrow(/^cannot start from use: no run of ci- in .* has failed$/);

  const other = await run(pipeline('other'));
  const wrong = run(pipeline(), { from: 'use', fromRun: other.name });
  await expect(wrong).rejects.toThrow(`run ${other.name}: it is of pipeline other-, not ci-`);

  const succeeded = await run(mended());
  const gone = run(pipeline(), { from: 'use', fromRun: succeeded.name });
  await expect(gone).rejects.toThrow(
    `task use uses the workspace data, into which task make of run ${succeeded.name} wrote: its volume was not kept`,
  );
});

test('refuses parts of a TaskRun', async () => {
  const taskRun = `{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {name: one}, spec: {taskSpec: {steps: [{name: s, image: any, script: exit}]}}}`;

  await expect(run(taskRun, { only: ['s'] })).rejects.toThrow('one is a TaskRun: it has no tasks');
});

async function run(yaml: string, debug: DebugOptions = {}, choice = {}) {
  const ran: string[] = [];
  const reused: string[] = [];
  const lines: string[] = [];
  const event = (one: RunEvent) => {
    if (one.type === 'task-start') ran.push(one.task);
    if (one.type === 'task-reuse') reused.push(`${one.task}: ${one.why}`);
    if (one.type === 'step-log') lines.push(`${one.task}: ${one.text}`);
  };
  const result = await runLocally({
    objects: sortObjects(parseObjects(yaml, 'test.yaml')),
    imageMap: [parseImageMapping('*=rootfs:/')],
    runsDirectory,
    sinks: [{ event }],
    choice,
    debug,
  });
  return { ...result, name: result.run.metadata?.name ?? '', ran, reused, lines };
}
