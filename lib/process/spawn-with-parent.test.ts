import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

// Needs util-linux' setpriv, which both distributions of the set-up have.
test('ends with its parent, however that ends', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'spawn-with-parent.ts'));
  const script = `import { spawnWithParent } from ${module};
const child = await spawnWithParent('sleep', ['60'], { endedBy: 'SIGKILL', stdio: 'ignore' });
console.log(child.pid);
setInterval(() => undefined, 1_000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString('utf8'));
  expect(isAlive(pid)).toBe(true);

  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let tries = 0; tries < 200 && isAlive(pid); tries++) await sleep(20);

  expect(isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
