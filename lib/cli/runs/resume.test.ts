import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captured } from '#test/captured';
import { runCommand } from '#test/run-command';
import { main } from '../main.ts';

const { file, cli } = runCommand(main);
const runs = (...args: readonly string[]) =>
  captured(() => main(['runs', ...args, '--runs-directory', file('kept')]));

test('a run is opened, and resumed by the command that ran it', async () => {
  const before = process.cwd();
  const failed = await cli('kept');
  const [, name = ''] = /^\[(ci-\w+)\] started$/m.exec(failed.stdout) ?? [];
  const opened = await runs('open', '--print');
  const resumed = await runs('resume');
  const all = await runs('resume', name, '--all');
  const both = await runs('resume', name, '--all', '--from', 'use');
  process.chdir(before);

  expect(opened).toMatchObject({ code: 0, stdout: `${join(file('kept'), name, 'run.html')}\n` });
  expect(await readFile(opened.stdout.trim(), 'utf8')).toContain('Failed');
  expect(resumed).toMatchObject({
    code: 5,
    stdout: expect.stringContaining(`[make] not run: taken from run ${name}\n`),
  });
  expect(resumed.stdout).toContain('[use : s] got made\n');
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('--from is of no use for --all') });
  expect(all).toMatchObject({ code: 5, stdout: expect.not.stringContaining('not run: taken') });
});

test('a run that went well says how it can be run again', async () => {
  await cli('kept', '-p', 'code=0');
  const { code, stdout, stderr } = await runs('resume');

  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toContain('has failed\nhint: --from <task> says where to begin, --all runs all of it again');
});

test('the list says what failed, takes filters, and is a page, too; logs take a task of the last run', async () => {
  await cli('kept');
  const failed = await runs('list', '--status', 'Failed', '--last', '1');
  const all = await runs('list', '-o', 'name', '--pipeline', 'ci-');
  const other = await runs('list', '-o', 'name', '--pipeline', 'other');
  const wrong = await runs('list', '--status', 'Bad');
  const page = await runs('list', '--html', file('kept/index.html'));
  const logs = await runs('logs', 'use');

  expect(failed.stdout).toMatch(
    /^NAME +STATUS +FAILED +PIPELINE +STARTED +AGE +DURATION\nci-\w+ +Failed +use +- .* now +\d+\.\d s\n$/,
  );
  expect(all.stdout.split('\n').length).toBeGreaterThan(2);
  expect(other.stdout).toBe('');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Choose Succeeded, Failed') });
  expect(page.code).toBe(0);
  expect(await readFile(file('kept/index.html'), 'utf8')).toMatch(/<a href="ci-\w+\/run\.html">/);
  expect(logs.stdout).toBe('[use : s] got made\n');
});

test('a command with a password is not repeated without it', async () => {
  await cli('kept', '-p', 'code=https://me:secret@example.com/');
  const { code, stderr } = await runs('resume');

  expect(code).toBe(4);
  expect(stderr).toContain('was given a password, which is not kept\nhint: give the command again');
});
