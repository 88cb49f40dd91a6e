import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { removeKilled } from './remove-killed.ts';

const YAML = `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: killed}
spec: {taskSpec: {steps: [{name: s, image: any, script: echo here; sleep 300}]}}
`;

test('what a killed run left is ended and removed, without another run', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'run.yaml'), YAML);
  const runs = join(folder, 'runs');
  const command = resolve(import.meta.dirname, '../../../bin/bootc-catalog');
  const args = ['run', '-f', join(folder, 'run.yaml'), '--image-map', '*=rootfs:/', '-o', 'plain'];
  const child = spawn(command, [...args, '--runs-directory', runs]);
  child.stdout.on('data', (part: Buffer) => {
    if (String(part).includes('here')) child.kill('SIGKILL');
  });
  await new Promise((done) => child.on('close', done));
  const owner = JSON.parse(await readFile(join(runs, 'killed/work/owner.json'), 'utf8')) as {
    readonly runId: string;
    readonly socket: string;
  };

  expect(await containersOf(owner.runId)).not.toBe('');
  await removeKilled(runs);

  expect(await containersOf(owner.runId)).toBe('');
  expect([existsSync(owner.socket), existsSync(join(runs, 'killed/work'))]).toEqual([false, false]);
});

async function containersOf(runId: string): Promise<string> {
  const { stdout } = await run('podman', ['ps', '-aq', '--filter', `label=bootc-catalog.run=${runId}`]);
  return stdout.trim();
}
