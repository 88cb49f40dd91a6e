import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captured } from '#test/captured';
import { main } from '../main.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const entry = join(import.meta.dirname, '../../../bin/bootc-catalog');
const steps = join(import.meta.dirname, '../../../dist/steps');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-run-'));
  await writeFile(
    file('ci.yaml'),
    `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: ci-}
spec:
  params: [{name: code, value: "3"}]
  pipelineSpec:
    params: [{name: code}]
    tasks:
    - {name: make, taskSpec: {results: [{name: word}], steps: [{name: s, image: any, script: "printf made > $(results.word.path)"}]}}
    - {name: use, taskSpec: {steps: [{name: s, image: any, script: "echo got $(tasks.make.results.word); exit $(params.code)"}]}}`,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

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
  expect(stderr).toContain('there is nothing to run\nhint: give files with -f, or --catalog');
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

test('a step has the credentials of a file and of a Secret, whatever its ServiceAccount', async () => {
  const auth = Buffer.from('me:secret').toString('base64');
  await writeFile(file('auth.json'), JSON.stringify({ auths: { 'registry.example': { auth } } }));
  await writeFile(
    file('secrets.yaml'),
    `
apiVersion: v1
kind: Secret
metadata: {name: forge, annotations: {tekton.dev/git-0: "https://forge.example"}}
type: kubernetes.io/basic-auth
stringData: {username: me, password: hidden}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: uses}
spec:
  serviceAccountName: builder
  taskSpec: {steps: [{name: s, image: any, script: "cat /tekton/creds/.docker/config.json /tekton/creds/.git-credentials"}]}`,
  );
  const link = (secret: string) => ['--serviceaccount-secret', secret];
  const { stdout } = await cliOf('secrets.yaml', 'secrets', ...link(file('auth.json')), ...link('forge'));
  const unknown = await cliOf('secrets.yaml', 'none', ...link('forgery'));

  expect(stdout).toContain(auth);
  expect(stdout).toContain('https://me:hidden@forge.example');
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no Secret forgery') });
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

test('a step has the token of a file where it asks for that of its ServiceAccount', async () => {
  await writeFile(file('token'), 'signed');
  await writeFile(
    file('token.yaml'),
    `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: asks}
spec:
  taskSpec:
    volumes: [{name: token, projected: {sources: [{serviceAccountToken: {audience: sigstore, path: oidc-token}}]}}]
    steps: [{name: s, image: any, script: 'echo "<$(cat /run/token/oidc-token)>"', volumeMounts: [{name: token, mountPath: /run/token}]}]`,
  );
  const given = await cliOf('token.yaml', 'asks', '--serviceaccount-token', file('token'));
  const empty = await cliOf('token.yaml', 'asks');
  const unknown = await cliOf('token.yaml', 'none', '--serviceaccount-token', file('no-token'));

  expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining('[asks : s] <signed>\n') });
  expect(given.stdout).not.toContain('is empty here');
  expect(empty).toMatchObject({ code: 0, stdout: expect.stringContaining('[asks : s] <>\n') });
  expect(empty.stdout).toContain(
    'the token of its ServiceAccount is empty here; --serviceaccount-token gives',
  );
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot read the token') });
});

test('a TaskRun is told the host of its platform by --host', async () => {
  await writeFile(file('key'), 'private');
  await writeFile(
    file('host.yaml'),
    `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: asks}
spec:
  params: [{name: PLATFORM, value: linux/s390x}]
  taskSpec:
    params: [{name: PLATFORM}]
    volumes: [{name: ssh, secret: {secretName: multi-platform-ssh-$(context.taskRun.name)}}]
    steps: [{name: s, image: any, script: 'cd /ssh && tail -n +1 host id_rsa', volumeMounts: [{name: ssh, mountPath: /ssh}]}]`,
  );
  const host = `ssh://me@127.0.0.1:2222,key=${file('key')}`;
  const given = await cliOf('host.yaml', 'asks', '--host', `linux/s390x=${host}`);
  const other = await cliOf('host.yaml', 'asks', '--host', `linux/arm64=${host}`);
  const wrong = await cliOf('host.yaml', 'none', '--host', 'linux/s390x=me@127.0.0.1');

  expect(given).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('me@127.0.0.1:2222 is the host for linux/s390x\n'),
  });
  expect(given.stdout).toMatch(/^\[asks : s\] me@127\.0\.0\.1:2222$.*^\[asks : s\] private$/ms);
  expect(other.stdout).toContain('this machine is the host for linux/s390x\n');
  expect(wrong).toMatchObject({ code: 4, stderr: expect.stringContaining('hint: write <platform>=ssh://') });
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

test('without a terminal a stop prints the way in and the ways on, and waits for one of them', async () => {
  const { code, stdout } = await cli('waits', '--break-on', 'failure', { onOutput: goOn });

  expect(code).toBe(0);
  expect(stdout).toContain('[use : s] stopped after it failed\n[use : s] look inside: podman');
});

test('a terminal gets a shell in the container, and is asked afterwards', async () => {
  const command = `${entry} run -f ${file('ci.yaml')} --image-map '*=rootfs:/' --runs-directory ${file('pty')} --break-on failure`;
  // What is typed comes when it is asked for.
  const typing = `
import os, pty, sys
said = b''
answers = [(b'# ', b'echo in-$((6*7)); exit\\n'), (b'hell again? ', b'x\\n'), (b'hell again? ', b'continue\\n')]
def read(fd):
    global said
    data = os.read(fd, 4096)
    said += data
    if answers and answers[0][0] in said:
        os.write(fd, answers.pop(0)[1])
        said = b''
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(['/bin/sh', '-c', sys.argv[1]], read, lambda fd: b'')))`;

  const screen = execFileSync('python3', ['-c', typing, command], {
    encoding: 'utf8',
    env: { ...process.env, PS1: '# ' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  });

  expect(screen).toContain('in-42');
  // Nothing is drawn between the shell and the answer.
  expect(screen.slice(screen.indexOf('in-42'), screen.lastIndexOf('hell again?'))).not.toContain('\u001b[0J');
  expect(screen).toMatch(/ci-\w+: Succeeded/);
  expect(await readdir(file('pty'))).toHaveLength(1);
});

/** Types what a line says that is to be typed. */
function goOn(text: string): void {
  const [, command] = /go on: +(.*)\n/.exec(text) ?? [];
  if (command !== undefined) execFileSync('sh', ['-c', command]);
}

type Argument = string | { readonly onOutput: (text: string) => void };

const cli = (runs: string, ...given: readonly Argument[]) => cliOf('ci.yaml', runs, ...given);

async function cliOf(yaml: string, runs: string, ...given: readonly Argument[]) {
  const args = given.filter((one) => typeof one === 'string');
  const hooks = given.filter((one) => typeof one !== 'string');
  const image = ['--image-map', '*=rootfs:/'];
  return captured(
    () => main(['run', '-f', file(yaml), ...image, '--runs-directory', file(runs), ...args]),
    (text) => {
      for (const { onOutput } of hooks) onOutput(text);
    },
  );
}
