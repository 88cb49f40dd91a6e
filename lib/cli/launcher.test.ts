import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';

const bin = resolve(import.meta.dirname, '../../bin');
const folder = mkdtempSync(join(tmpdir(), 'launcher-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The launcher as it lies in a package, where no Node of a checkout is. */
function installed(): string {
  const packaged = join(folder, 'package/bin');
  mkdirSync(packaged, { recursive: true });
  for (const name of ['bootc-catalog', 'start.mjs']) copyFileSync(join(bin, name), join(packaged, name));
  chmodSync(join(packaged, 'bootc-catalog'), 0o755);
  return join(packaged, 'bootc-catalog');
}

test('a signal reaches the command itself, whose exit code is that of the call', async () => {
  writeFileSync(
    join(folder, 'run.yaml'),
    `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: sleeps}
spec: {taskSpec: {steps: [{name: s, image: any, script: echo here; sleep 60}]}}
`,
  );
  const args = ['run', '-f', join(folder, 'run.yaml'), '--image-map', '*=rootfs:/', '-o', 'plain'];
  const child = spawn(join(bin, 'bootc-catalog'), [...args, '--runs-directory', join(folder, 'runs')]);
  const said = text(child.stdout);
  child.stdout.on('data', (part: Buffer) => {
    if (String(part).includes('here')) child.kill('SIGTERM');
  });
  const code = await new Promise((done) => child.on('close', done));

  expect(code).toBe(130);
  expect(await said).toContain('[sleeps] TaskRunCancelled: TaskRun "sleeps" was cancelled');
}, 60_000);

test('through links, as npm makes them, every argument arrives as it was given', () => {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'node'), '#!/bin/sh\nprintf "<%s>" "$@"\nexit 7\n', { mode: 0o755 });
  symlinkSync(installed(), join(programs, 'one'));
  symlinkSync('one', join(programs, 'bootc-catalog'));

  const { stdout, status } = spawnSync('bootc-catalog', ['a b', '', "it's *"], {
    env: { PATH: `${programs}:/usr/bin:/bin` },
    encoding: 'utf8',
  });

  expect(stdout).toMatch(/^<.*package\/bin\/start\.mjs><a b><><it's \*>$/);
  expect(status).toBe(7);
});

test('a Node that is too old, and none at all, are told in words', () => {
  const launcher = installed();
  const old =
    "process.versions.node = '20.1.0'; Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });";
  writeFileSync(join(folder, 'old.cjs'), old);

  const none = spawnSync('/bin/sh', [launcher], { env: { PATH: '/nowhere' }, encoding: 'utf8' });
  const early = spawnSync(
    process.execPath,
    ['--require', join(folder, 'old.cjs'), join(folder, 'package/bin/start.mjs')],
    {
      encoding: 'utf8',
    },
  );

  expect(none).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('there is no node, and bootc-catalog needs Node 24'),
  });
  expect(early).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/^error: this is Node 20\.1\.0 and bootc-catalog needs 24\nhint: /),
  });
});
