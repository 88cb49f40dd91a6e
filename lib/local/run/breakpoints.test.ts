import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BreakpointReached, RunEvent } from '#lib/runs';
import {
  type DebugOptions,
  parseBreakpoint,
  parseImageMapping,
  parseObjects,
  runLocally,
  sortObjects,
} from '../index.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breakpoints-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const failing = `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: stops-}
spec:
  pipelineSpec:
    tasks:
    - name: build
      taskSpec:
        results: [{name: made}]
        steps:
        - {name: first, image: any, command: [sh, -c], args: ['printf early > $(results.made.path); exit 7']}
        - {name: second, image: any, script: 'echo made $(cat $(results.made.path))'}
    results: [{name: made, value: $(tasks.build.results.made)}]`;

test('a step that failed waits with what it left, and goes on as if it had not', async () => {
  const { result, reached, lines } = await runStopping(failing, ['failure'], ({ shell, goOn }) => {
    const look = shell.filter((word) => word !== '-it');
    expect(execute([...look, '-c', 'cat /tekton/results/made'])).toBe('early');
    execute([...look, '-c', 'printf mended > /tekton/results/made']);
    execute(goOn);
  });

  expect(reached).toEqual(['failure build/first']);
  expect(lines).toEqual(['first: exited with code 7', 'second: made mended']);
  expect(result).toMatchObject({ status: 'Succeeded', results: [{ name: 'made', value: 'mended' }] });
});

test('a step that failed fails with its own exit code where it is let fail', async () => {
  const { result } = await runStopping(failing, ['failure'], ({ fail }) => execute(fail));

  expect(result.status).toBe('Failed');
  expect(result.taskRuns[0]?.status?.steps?.map(({ terminated }) => terminated?.exitCode)).toEqual([7, 1]);
  expect(result.taskRuns[0]?.status?.conditions?.[0]?.message).toBe('"step-first" exited with code 7: Error');
});

test('a step waits before it runs, with its mounts and environment, and no other one stops', async () => {
  const { result, reached } = await runStopping(failing, ['before=build/second'], () => undefined);

  // The first one fails without a stop, so that the second is never reached.
  expect(reached).toEqual([]);
  expect(result.status).toBe('Failed');

  const good = failing.replace('exit 7', 'exit 0');
  const seen: string[] = [];
  const again = await runStopping(good, ['before=build/second'], ({ shell, goOn }) => {
    seen.push(execute([...shell.filter((word) => word !== '-it'), '-c', 'cat /tekton/scripts/script-1']));
    execute(goOn);
  });

  expect(again.reached).toEqual(['before build/second']);
  expect(seen.join()).toContain('echo made $(cat /tekton/results/made)');
  expect(again.lines).toEqual(['second: made early']);
});

test('a step that is refused before it runs fails', async () => {
  const { result, lines } = await runStopping(failing, ['before=build/first'], ({ fail }) => execute(fail));

  expect(lines).toEqual(['second: Skipping step because a previous step failed']);
  expect(result.status).toBe('Failed');
});

test('whoever is asked answers, and is not asked any more once a script has', async () => {
  const asked: string[] = [];
  const answered = await run(failing, {
    breakpoints: [parseBreakpoint('failure')],
    onBreak: async ({ task, step }) => {
      asked.push(`${task}/${step}`);
      return 'continue';
    },
  });
  const overtaken = await run(failing, {
    breakpoints: [parseBreakpoint('failure')],
    onBreak: async ({ fail }, over) => {
      execute(fail);
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
      return undefined;
    },
  });

  expect(asked).toEqual(['build/first']);
  expect([answered.status, overtaken.status]).toEqual(['Succeeded', 'Failed']);
});

test('a TaskRun stops where its own spec.debug says', async () => {
  const taskRun = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: own}
spec:
  debug: {breakpoints: {onFailure: enabled, beforeSteps: [second]}}
  taskSpec:
    steps:
    - {name: first, image: any, script: exit 3}
    - {name: second, image: any, script: echo ran}`;
  const { result, reached, lines } = await runStopping(taskRun, [], ({ goOn }) => execute(goOn));

  expect(reached).toEqual(['failure own/first', 'before own/second']);
  expect(lines).toEqual(['first: exited with code 3', 'second: ran']);
  expect(result).toMatchObject({
    status: 'Succeeded',
    run: { spec: { debug: { breakpoints: { onFailure: 'enabled' } } } },
  });
});

test('a step of a pipeline in a pipeline is named by the path to it', async () => {
  const nested = `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: nested}
spec:
  pipelineSpec:
    tasks:
    - {name: outer, pipelineSpec: {tasks: [{name: inner, taskSpec: {steps: [{name: s, image: any, script: echo ran}]}}]}}
    - {name: inner, taskSpec: {steps: [{name: s, image: any, script: echo other}]}}`;
  const { reached } = await runStopping(nested, ['before=outer/inner/s'], ({ goOn }) => execute(goOn));

  expect(reached).toEqual(['before outer/inner/s']);
});

test.for<[breakpoint: string, message: string, hint: string]>([
  ['before=bild/first', 'cannot stop before bild/first: there is no task bild', 'there are: build'],
  ['before=build/third', 'task build has no step third', 'there are: first, second'],
  ['after=build/first', 'after=build/first is no breakpoint', 'write failure or before=<task>/<step>'],
])('refuses %s, which nothing can reach, before anything runs', async ([breakpoint, message, hint]) => {
  const before = await readdir(directory);

  const refusal = await runStopping(failing, [breakpoint], () => undefined).catch((error: unknown) => error);

  expect(refusal).toMatchObject({ message: expect.stringContaining(message), hint });
  expect(await readdir(directory)).toEqual(before);
});

async function run(yaml: string, debug: DebugOptions, event: (event: RunEvent) => void = () => undefined) {
  return runLocally({
    objects: sortObjects(parseObjects(yaml, 'test.yaml')),
    imageMap: [parseImageMapping('*=rootfs:/')],
    runsDirectory: directory,
    sinks: [{ event }],
    debug,
  });
}

/** Does something at each stop from outside, as a person without a terminal would. */
async function runStopping(
  yaml: string,
  breakpoints: readonly string[],
  atStop: (stop: BreakpointReached) => void,
) {
  const reached: string[] = [];
  const lines: string[] = [];
  const result = await run(yaml, { breakpoints: breakpoints.map(parseBreakpoint) }, (event) => {
    if (event.type === 'step-log') lines.push(`${event.step}: ${event.text}`);
    if (event.type !== 'breakpoint') return;
    reached.push(`${event.at} ${event.task}/${event.step}`);
    atStop(event);
  });
  return { result, reached, lines };
}

function execute([program = '', ...args]: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}
