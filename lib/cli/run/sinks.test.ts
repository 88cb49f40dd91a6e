import { readFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { runCommand } from '#test/run-command';
import { main } from '../main.ts';
import { parseOutputs } from './sinks.ts';

const { file, cli } = runCommand(main);
afterEach(() => vi.unstubAllEnvs());

test('a run tells of itself in several ways at once, and by itself as the forge wants it', async () => {
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  vi.stubEnv('GITHUB_STEP_SUMMARY', file('summary.md'));
  const { code, stdout } = await cli('kept', '-o', `junit=${file('junit.xml')}`);

  expect(code).toBe(5);
  expect(stdout).toMatch(/^::group::make Succeeded, /m);
  expect(stdout).toMatch(/^::error title=use\/s exited with 3::got made$/m);
  expect(await readFile(file('summary.md'), 'utf8')).toMatch(/^## ✗ ci-\w+: Failed after /);
  expect(await readFile(file('junit.xml'), 'utf8')).toContain(
    '<failure message="use/s exited with 3">got made</failure>',
  );
});

test.for([
  [['plain', 'json'], 'standard output can have one form'],
  [['junit='], 'junit needs a file'],
] as const)('refuses %j', ([given, message]) => {
  expect(() => parseOutputs(given)).toThrow(message);
});

test('an unknown form is refused before anything runs', async () => {
  expect(await cli('refused', '-o', 'xml')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('there is no output xml\nhint: choose tree, plain, json, github, gitlab'),
  });
});
