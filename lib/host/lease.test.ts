import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keeperArguments } from './lease.ts';

const [script = '', lease = ''] = keeperArguments;
let scratch: string;
let directory: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keeper-'));
  directory = join(scratch, 'bootc-catalog-x');
  mkdirSync(join(directory, 'keeper'), { recursive: true });
  writeFileSync(join(directory, 'keeper/seen'), '');
  writeFileSync(join(directory, 'keeper/lease'), `${lease}\n`);
  // A stand-in for sleep, which writes down how long was asked for and is there at once; and no podman.
  mkdirSync(join(scratch, 'bin'));
  const sleep = join(scratch, 'bin/sleep');
  writeFileSync(sleep, `#!/bin/sh\necho "$1" >> ${scratch}/slept\n. ${scratch}/meanwhile\n`);
  writeFileSync(join(scratch, 'bin/podman'), '#!/bin/sh\n');
  for (const name of ['sleep', 'podman']) chmodSync(join(scratch, 'bin', name), 0o755);
  writeFileSync(join(scratch, 'meanwhile'), '');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** @returns seconds that the keeper has waited, look by look */
async function keep(): Promise<number> {
  const env = { ...process.env, PATH: `${join(scratch, 'bin')}:${process.env.PATH}` };
  const keeper = spawn('sh', ['-c', script, 'keeper', directory, 'label=x'], { env, stdio: 'ignore' });
  await once(keeper, 'close');
  const slept = readFileSync(join(scratch, 'slept'), 'utf8').trim().split('\n').map(Number);
  return slept.reduce((sum, seconds) => sum + seconds, 0);
}

test('what nobody asks for goes after half an hour', async () => {
  expect(await keep()).toBe(1800);
  expect(existsSync(directory)).toBe(false);
});

test('where somebody has begun to clean up and not ended with it, the rest goes after two minutes', async () => {
  writeFileSync(join(directory, 'closing'), '');

  expect(await keep()).toBe(120);
  expect(existsSync(directory)).toBe(false);
});

test('a clean-up that begins when the keeper has waited for long shortens what is left to wait', async () => {
  // After the hundredth look, 500 seconds, more than two minutes are over.
  const looks = `[ "$(wc -l < ${scratch}/slept)" -lt 100 ] || : > ${directory}/closing`;
  writeFileSync(join(scratch, 'meanwhile'), `${looks}\n`);

  expect(await keep()).toBe(500);
});

test('as long as somebody asks, also for a clean-up, it waits', async () => {
  writeFileSync(join(directory, 'closing'), '');
  const touched = `n=$(wc -l < ${scratch}/slept)\n[ "$n" -gt 60 ] || touch -d "@$n" ${directory}/keeper/seen`;
  writeFileSync(join(scratch, 'meanwhile'), `${touched}\n`);

  // Sixty looks with a new time each, of which the last one is the first of the two minutes.
  expect(await keep()).toBe(59 * 5 + 120);
});

test('it ends by itself where the directory is gone', async () => {
  writeFileSync(join(scratch, 'meanwhile'), `rm -rf ${directory}\n`);

  expect(await keep()).toBe(5);
});
