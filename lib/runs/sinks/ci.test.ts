import { expect, test } from 'vitest';
import { run } from '#lib/process';
import type { RunEvent, Sink } from '../events.ts';
import { github, gitlab, groupedSink } from './grouped.ts';
import { junitReport, markdownReport, reportSink } from './report.ts';

type Part = { readonly type: RunEvent['type'] } & Readonly<Record<string, unknown>>;

const build = { task: 'build', taskRun: 'run-build' };
const check = { task: 'check', taskRun: 'run-check' };
const said = (whose: typeof build, text: string): Part => ({
  type: 'step-log',
  ...whose,
  step: 's',
  stream: 'stdout',
  text,
});
const ended = (whose: typeof build, status: string): Part => ({
  type: 'task-end',
  ...whose,
  status,
  reason: status,
  message: '',
  seconds: 2,
  results: [],
});
/** Two tasks side by side, one of which fails, and writes what a forge and XML would take for theirs. */
const events: readonly Part[] = [
  { type: 'run-start', run: 'ci', pipeline: 'p', tasks: [] },
  { type: 'task-start', ...build, attempt: 0 },
  { type: 'task-start', ...check, attempt: 0 },
  said(build, 'compiling'),
  said(check, '::error::not mine'),
  said(build, 'done'),
  ended(build, 'Succeeded'),
  said(check, 'error: 100% <broken> & | bad'),
  { type: 'step-end', ...check, step: 's', exitCode: 3, reason: 'Error', seconds: 1 },
  ended(check, 'Failed'),
  { type: 'task-skip', task: 'push', reason: 'PipelineRun was stopping' },
  {
    type: 'run-end',
    run: 'ci',
    status: 'Failed',
    reason: 'Failed',
    message: '',
    results: [],
    seconds: 3,
    overhead: 0,
    stepSeconds: {},
  },
];

function written(make: (write: (text: string) => void) => Sink): string {
  let text = '';
  const sink = make((more) => {
    text += more;
  });
  for (const event of events) sink.event({ time: '2026-11-23T12:00:00.000Z', ...event } as RunEvent);
  return text;
}

test('GitHub folds the log of each task, is told of what failed, and obeys no step', () => {
  const text = written((write) => groupedSink(write, github));

  expect(text).toContain(
    '::group::build Succeeded, 2.0 s\n[build : s] compiling\n[build : s] done\n::endgroup::\n',
  );
  expect(text).toContain('check Failed, 2.0 s\n[check : s] ::error::not mine\n[check : s] error: 100%');
  expect(text).toContain(
    '::error title=check/s exited with 3::::error::not mine%0Aerror: 100%25 <broken> & | bad\n',
  );
  expect(text.match(/^\s*::/gm)).toHaveLength(3);
  expect(text).toMatch(/\n✗ ci failed after 3\.0 s: check\/s exited with 3\n/);
});

test('GitLab folds it, too, and leaves what failed open', () => {
  const text = written((write) => groupedSink(write, gitlab)).replaceAll(/(?<=section_\w+:)\d+/g, '1');

  expect(text).toContain(
    '\u001b[0Ksection_start:1:run-build[collapsed=true]\r\u001b[0Kbuild Succeeded, 2.0 s\n[build : s] compiling\n',
  );
  expect(text).toContain('\u001b[0Ksection_start:1:run-check\r\u001b[0Kcheck Failed, 2.0 s\n');
  expect(text).toContain('\u001b[0Ksection_end:1:run-check\r\u001b[0K\n');
});

test('the summary of a job is a table, with why it failed before it', () => {
  expect(written((write) => reportSink(markdownReport, write))).toBe(`## ✗ ci: Failed after 3.0 s

**check/s exited with 3**

    ::error::not mine
    error: 100% <broken> & | bad

| task | status | duration |
| --- | --- | --- |
| build | Succeeded | 2.0 s |
| check | Failed | 2.0 s |
| push | Skipped: PipelineRun was stopping |  |

`);
});

test('JUnit is XML that others read: a case for each task', async () => {
  const read = `
import sys, json, xml.etree.ElementTree as E
suite = E.parse(sys.stdin).getroot()[0]
print(json.dumps([suite.attrib, [[c.get('name'), [[o.tag, o.get('message'), o.text] for o in c]] for c in suite]]))`;
  const xml = written((write) => reportSink(junitReport, write));
  const { stdout } = await run('python3', ['-c', read], { input: xml });

  expect(JSON.parse(stdout)).toEqual([
    { name: 'ci', tests: '3', failures: '1', skipped: '1', time: '3.000' },
    [
      ['build', []],
      ['check', [['failure', 'check/s exited with 3', '::error::not mine\nerror: 100% <broken> & | bad']]],
      ['push', [['skipped', 'PipelineRun was stopping', null]]],
    ],
  ]);
});
