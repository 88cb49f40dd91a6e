import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ExpectedError, explain } from '#lib/errors';
import { run } from './run.ts';
import { ToolMissingError } from './tool-error.ts';

test('gives what the program wrote, and each line as it comes', async () => {
  const lines: string[] = [];

  const { stdout } = await run('sh', ['-c', 'echo one; echo two >&2; echo three'], {
    output: (line, stream) => lines.push(`${stream} ${line}`),
  });

  expect(stdout).toBe('one\nthree\n');
  expect(lines.sort()).toEqual(['stderr two', 'stdout one', 'stdout three']);
});

test('never gives an argument to a shell', async () => {
  const { stdout } = await run('printf', ['%s', '$(id); `id`']);

  expect(stdout).toBe('$(id); `id`');
});

test('a failure carries the exit code and the last words', async () => {
  const failure = run('sh', ['-c', 'echo broken >&2; exit 3']);

  await expect(failure).rejects.toThrow('sh exited with code 3: broken');
  await expect(failure).rejects.toMatchObject({ exitCode: 3, stderr: 'broken' });
});

test('a missing program is named', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow(ToolMissingError);
});

test.for<[string, string, string[], { cwd?: string; env?: Record<string, string> }?]>([
  ['a program that is not there', 'no-such-program', ['TOKEN=x']],
  ['a file that is no program', '/etc/passwd', ['TOKEN=x']],
  ['a directory', '/etc', ['TOKEN=x']],
  ['arguments that are too long', 'true', ['TOKEN=x', 'y'.repeat(4_000_000)]],
  ['an argument with a NUL', 'true', ['TOKEN=x\0']],
  ['a variable with a NUL', 'true', ['x'], { env: { SECRET: 'TOKEN=x\0' } }],
  ['a directory to run in that is not there', 'true', ['TOKEN=x'], { cwd: '/no/such/directory' }],
])('%s is told without its arguments', async ([, program, args, options = {}]) => {
  const error = await run(program, args, options).catch((one: unknown) => one);

  expect(error).toBeInstanceOf(ExpectedError);
  expect(explain(error, { stack: true })).toContain(program);
  expect(inspect(error)).not.toContain('TOKEN');
  expect(explain(error)).not.toContain('TOKEN');
});

test('the environment is given on, unless it is not to be', async () => {
  const env = { X: 'y' };

  expect((await run('/usr/bin/env', [], { env })).stdout).toMatch(/^PATH=/m);
  expect((await run('/usr/bin/env', [], { env, inheritEnv: false })).stdout).toBe('X=y\n');
});

test('a timeout ends the whole group', async () => {
  const started = Date.now();

  const failure = run('sh', ['-c', 'sleep 60 & sleep 60'], { timeout: 200 });

  await expect(failure).rejects.toMatchObject({ timedOut: true });
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('an abort ends a group that ignores SIGTERM', async () => {
  const controller = new AbortController();
  const failure = run('sh', ['-c', 'trap "" TERM; while :; do sleep 0.1; done'], {
    signal: controller.signal,
    grace: 200,
  });
  setTimeout(() => controller.abort(), 200);

  await expect(failure).rejects.toThrow('aborted');
});
