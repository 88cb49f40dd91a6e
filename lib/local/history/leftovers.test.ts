import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeServiceDirectory } from '../podman/service.ts';
import { claimWork, isInUse, removeLeftovers } from './leftovers.ts';

test('removes what a killed engine left, and nothing of one that lives', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'leftovers-'));
  const socket = await mkdtemp(join(tmpdir(), 'bootc-catalog-podman-'));
  const [dead, alive] = [join(runs, 'dead/work'), join(runs, 'alive/work')];
  await Promise.all([mkdir(join(dead, 'pods'), { recursive: true }), mkdir(alive, { recursive: true })]);
  await mkdir(join(runs, 'finished'));
  await claimWork(alive, { runId: 'run-alive', socket: '/nonexistent' });
  const owner = JSON.parse(await readFile(join(alive, 'owner.json'), 'utf8')) as object;
  const gone = spawn('true');
  await once(gone, 'exit');
  await writeFile(
    join(dead, 'owner.json'),
    JSON.stringify({ ...owner, pid: gone.pid, runId: 'run-dead', socket }),
  );
  const removed: string[] = [];

  await removeLeftovers(runs, async ({ runId, socket: directory }) => {
    removed.push(runId);
    await removeServiceDirectory(directory);
  });

  expect(removed).toEqual(['run-dead']);
  expect(await readdir(join(runs, 'dead'))).toEqual([]);
  expect(await readdir(alive)).toEqual(['owner.json']);
  expect(existsSync(socket)).toBe(false);
  await rm(runs, { recursive: true });
});

test('a process of the same number and start in another boot is not the engine that left it', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'leftovers-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  const work = join(runs, 'rebooted/work');
  await mkdir(work, { recursive: true });
  await claimWork(work, { runId: 'run-rebooted', socket: '/nonexistent' });
  const owner = JSON.parse(await readFile(join(work, 'owner.json'), 'utf8')) as object;
  expect(await isInUse(work)).toBe(true);
  await writeFile(join(work, 'owner.json'), JSON.stringify({ ...owner, boot: 'another' }));
  const removed: string[] = [];

  expect(await isInUse(work)).toBe(false);
  await removeLeftovers(runs, async ({ runId }) => {
    removed.push(runId);
  });

  expect(removed).toEqual(['run-rebooted']);
  expect(existsSync(work)).toBe(false);
});

test('no run at all is nothing to remove', async () => {
  await expect(
    removeLeftovers('/nonexistent/runs', () => Promise.reject(new Error('never'))),
  ).resolves.toBeUndefined();
});

test('no directory goes that is not one of a service, whatever a file says', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'leftovers-'));
  onTestFinished(() => rm(directory, { recursive: true }));

  await removeServiceDirectory(directory);
  await removeServiceDirectory('');

  expect(existsSync(directory)).toBe(true);
});
