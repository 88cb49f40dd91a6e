import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startRegistry, tester } from '#test/registries/registry';
import { findRegistryProgram } from './program.ts';

test('answers the version check on loopback, and is gone after stop', async () => {
  const registry = await startRegistry();

  const answer = await fetch(`${registry.url}/v2/`);
  await registry.stop();

  expect(answer.status).toBe(200);
  expect(registry.host).toMatch(/^127\.0\.0\.1:\d+$/);
  await expect(fetch(`${registry.url}/v2/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  expect(existsSync(registry.storage)).toBe(false);
  await registry.stop();
});

test('asks for the user that it was given', async () => {
  await using registry = await startRegistry({ htpasswd: tester.htpasswd });
  const basic = Buffer.from(`${tester.username}:${tester.password}`).toString('base64');

  const anonymous = await fetch(`${registry.url}/v2/`);
  const known = await fetch(`${registry.url}/v2/`, { headers: { authorization: `Basic ${basic}` } });

  expect([anonymous.status, known.status]).toEqual([401, 200]);
});

test('says that the program is missing, and how to install it', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    await expect(findRegistryProgram()).rejects.toMatchObject({
      message: expect.stringContaining('neither docker-registry nor registry is installed'),
      hint: expect.stringContaining('docker-distribution'),
    });
  } finally {
    process.env.PATH = path;
  }
});

test('says why the server did not come up', async () => {
  await using first = await startRegistry();

  const second = startRegistry({ port: Number(first.host.split(':')[1]) });

  await expect(second).rejects.toThrow(/did not come up: .*address already in use/);
});

test('dies with its parent, even when that is killed', async () => {
  const code = `import { startRegistry } from '#lib/registry';
    const registry = await startRegistry(); console.log(registry.pid, registry.log); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const [number, log = ''] = line.toString().trim().split(' ');
  const pid = Number(number);
  expect(await isRunning(pid)).toBe(true);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  for (let tries = 0; tries < 100 && (await isRunning(pid)); tries++) await sleep(20);
  expect(await isRunning(pid)).toBe(false);
  // A process that is killed cannot clear up.
  await rm(dirname(log), { recursive: true });
});

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // A zombie waits for whoever adopted it: it no longer runs.
  return stat !== undefined && !/\) [ZX] /.test(stat);
}
