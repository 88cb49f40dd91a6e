import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { RpmdbReader } from './rpmdb-reader.ts';

test('a signal ends what sqlite would never end', async () => {
  const controller = new AbortController();
  using reader = new RpmdbReader(endlessLoop);
  const blobs = reader.read(
    { path: '/nowhere', immutable: true },
    { forSize: 60_000, most: 1e9, signal: controller.signal },
  );
  setTimeout(() => controller.abort(new Error('stopped')), 300);
  const started = performance.now();

  await expect(blobs.next()).rejects.toThrow('stopped');
  expect(performance.now() - started).toBeLessThan(5000);
});

test('a database that takes too long is given up', async () => {
  const options = { forSize: 100, most: 1e9 };
  using reader = new RpmdbReader(endlessLoop, 500);
  const read = () => reader.read({ path: '/nowhere', immutable: true }, options).next();

  await expect(read()).rejects.toThrow('it takes more than the 0.6 s that are left');
  // The time that all databases share is used up, so that the next one has only the time for its size.
  const started = performance.now();
  await expect(read()).rejects.toThrow('that are left for the databases of the image');
  expect(performance.now() - started).toBeLessThan(500);
});

test('the process that reads ends with the one that asked it, however that ended', async () => {
  const program = `import { RpmdbReader } from './rpmdb-reader.ts';
    import { execFileSync } from 'node:child_process';
    using reader = new RpmdbReader();
    console.log(execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' }).trim().split(/\\s+/)[0]);
    process.kill(process.pid, 'SIGKILL');`;

  const { stdout } = await execa(process.execPath, ['--input-type=module-typescript', '-e', program], {
    cwd: import.meta.dirname,
    reject: false,
  });

  const child = Number(stdout.trim());
  expect(child).toBeGreaterThan(1);
  await vi.waitFor(() => expect(existsSync(`/proc/${child}`)).toBe(false), { timeout: 10_000 });
});

/** Stands for a database that keeps sqlite busy; runs as source text. */
function endlessLoop(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const sql = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c WHERE x < 0';
  new DatabaseSync(':memory:').prepare(sql).all();
}
