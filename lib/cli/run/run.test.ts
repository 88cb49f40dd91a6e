import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '#test/run-command';
import { main } from '../main.ts';

const { file, cli, cliOf } = runCommand(main);

const entry = join(import.meta.dirname, '../../../bin/bootc-catalog');
const steps = join(import.meta.dirname, '../../../dist/steps');

test('a run that failed is resumed with --from, and one task is run alone with --only', async () => {
  const failed = await cli('kept');
  const resumed = await cli('kept', '--from', 'use', '-p', 'code=0');
  const alone = await cli('kept', '--only', 'use', '--result', 'make.word=typed', '-p', 'code=0');
  const lacking = await cli('kept', '--only', 'use');

  const [, name] = /^\[(ci-\w+)\] started$/m.exec(failed.stdout) ?? [];
  expect(failed.code).toBe(5);
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('[use : s] got made\n') });
  expect(resumed.stdout).toContain(`[make] not run: taken from run ${name}\n`);
  expect(alone).toMatchObject({ code: 0, stdout: expect.stringContaining('[use : s] got typed\n') });
  expect(lacking).toMatchObject({ code: 4, stdout: '' });
  expect(lacking.stderr).toContain('give it: --result make.word=<value>');
});

test('a dry run prints the plan as YAML and as JSON, and leaves nothing', async () => {
  const yaml = await cli('dry', '--dry-run');
  const json = await cli('dry', '--dry-run', '-o', 'json', '--from-run', 'x', '--only', 'make');
  const plan = await cli('dry', '--dry-run', '-o', 'json');

  expect(yaml.code).toBe(0);
  expect(yaml.stderr).toMatch(/^(?:warning: .+\n)+$/);
  expect(yaml.stderr).toContain('task use, taskSpec, step s, script: ');
  expect(yaml.stdout).toContain('    open:\n      - $(tasks.make.results.word)\n');
  expect(json).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('there is no run x') });
  expect(JSON.parse(plan.stdout)).toMatchObject({
    kind: 'PipelineRun',
    tasks: [
      { name: 'make', state: 'runs' },
      {
        name: 'use',
        taskRuns: [
          { steps: [{ script: 'echo got $(tasks.make.results.word); exit 3', mappedTo: 'rootfs:/' }] },
        ],
      },
    ],
  });
  expect(existsSync(file('dry'))).toBe(false);
});

test('a dry run is a graph, too', async () => {
  const { stdout } = await cli('dry', '--dry-run', '-o', 'graph');

  expect(stdout).toMatch(
    /^ci-\w+ \(PipelineRun\)\n {2}make {3}s in rootfs:\/\n {4}use {2}after make · s in rootfs:\/\n$/,
  );
});

test.for<[what: string, args: readonly string[], code: number, message: string]>([
  ['another form of a dry run', ['--dry-run', '-o', 'tree'], 2, 'there is no output tree of a dry run'],
  ['a breakpoint that is none', ['--break-on', 'use/s'], 2, 'write failure or before=<task>/<step>'],
  ['a breakpoint at an unknown step', ['--break-on', 'before=use/t'], 4, 'task use has no step t'],
  ['an unknown task', ['--from', 'us'], 4, 'no run of ci- in'],
  ['a run without what to run', ['--from-run', 'x'], 3, 'there is no run x in'],
])('refuses %s', async ([, args, code, message]) => {
  const result = await cli('refused', ...args);

  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  expect(existsSync(file('refused'))).toBe(false);
});

test('a run of no file is a wrong command line', () => {
  const { status, stdout, stderr } = spawnSync(entry, ['run'], { encoding: 'utf8', timeout: 30_000 });

  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('there is nothing to run\nhint: name files, as in run ci.yaml, or give --catalog');
});

test('the help shows how to debug', async () => {
  const { stdout } = await cli('none', '--help');

  expect(stdout).toContain('bootc-catalog run -f ci.yaml --break-on failure');
});

describe('several runs', () => {
  const taskRun = (name: string, script: string) =>
    `---\napiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: ${name}}\nspec: {taskSpec: {steps: [{name: s, image: any, script: '${script}'}]}}\n`;

  test('run one after the other, the worst decides, and --run takes one of them', async () => {
    await writeFile(file('several.yaml'), taskRun('bad', 'exit 3') + taskRun('good', 'echo good'));
    const all = await cliOf('several.yaml', 'several');
    const one = await cliOf('several.yaml', 'several', '--run', 'good');
    const plans = await cliOf('several.yaml', 'several', '--dry-run', '-o', 'json');

    expect(all.code).toBe(5);
    expect(all.stdout.match(/^\[\w+\] started$/gm)).toEqual(['[bad] started', '[good] started']);
    expect(one).toMatchObject({ code: 0, stdout: expect.not.stringContaining('[bad]') });
    expect(
      plans.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).run),
    ).toEqual(['bad', 'good']);
  });

  test('none is started where one is not valid', async () => {
    await writeFile(file('invalid.yaml'), taskRun('good', 'echo good') + taskRun('bad', '$(params.x)'));
    const { code, stdout } = await cliOf('invalid.yaml', 'invalid');

    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(existsSync(file('invalid'))).toBe(false);
  });
});

describe('our own catalog', () => {
  const taskOf = (...rest: readonly string[]) =>
    spawnSync(entry, ['run', '--catalog', '--runs-directory', file('own'), ...rest], { encoding: 'utf8' });
  const params = [
    '--task',
    'apply-tags',
    '-p',
    'IMAGE_URL=127.0.0.1:1/a/b:1',
    '-p',
    `IMAGE_DIGEST=sha256:${'0'.repeat(64)}`,
  ];

  test('is there without a file', () => {
    const { status, stdout } = taskOf(...params, '--dry-run', '-o', 'json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ tasks: [{ taskRuns: [{ task: 'apply-tags' }] }] });
  });

  test.runIf(existsSync(steps))('runs its steps from dist/steps', () => {
    const { status, stdout } = taskOf(...params, '--local-steps');

    expect(status).toBe(5);
    expect(stdout).toContain('no answer from 127.0.0.1:1');
  });

  test.runIf(!existsSync(steps))('says how its steps are built', () => {
    const { status, stderr } = taskOf(...params, '--local-steps');

    expect(status).toBe(3);
    expect(stderr).toContain('hint: make build makes them');
  });
});

test('an output that nobody reads any more cancels the run, which leaves nothing behind', async () => {
  await writeFile(
    file('talks.yaml'),
    `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: talks}
spec: {taskSpec: {steps: [{name: s, image: any, script: "while :; do echo more; sleep 0.05; done"}]}}`,
  );
  const args = `run -f ${file('talks.yaml')} --image-map '*=rootfs:/' --runs-directory ${file('closed')}`;
  const shell = `${entry} ${args} | head -n 2; exit \${PIPESTATUS[0]}`;

  const { status, stdout, stderr } = spawnSync('bash', ['-c', shell], { encoding: 'utf8', timeout: 30_000 });

  expect({ status, stdout, stderr }).toEqual({
    status: 130,
    stdout: '[talks] started\n[talks : s] more\n',
    stderr: '',
  });
  expect(await readdir(file('closed/talks'))).not.toContain('work');
});
