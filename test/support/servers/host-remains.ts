import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '#lib/process';

/** Sees what builds leave on a host, by the user's directory there, which only they have. */
export interface HostWatch extends Disposable {
  /** Directories, containers, volumes and processes of these builds that are there now, as a reader finds them. */
  readonly remains: () => Promise<readonly string[]>;
}

/** @param directory `user-dir` of the builds */
export function watchHost(directory: string): HostWatch {
  const ids = new Set<string>();
  const look = () => {
    const names = readdirSync(directory);
    for (const name of names) ids.add(name.replace(/^bootc-catalog-/, ''));
    return names;
  };
  const timer = setInterval(look, 50);
  return {
    async remains() {
      const directories = look().map((name) => `directory ${name}`);
      const labelled = [...ids].flatMap((id) => ['--filter', `label=bootc-catalog.host=${id}`]);
      if (ids.size === 0) return directories;
      const [containers, volumes] = await Promise.all([
        run('podman', ['ps', '--all', '--quiet', ...labelled]),
        run('podman', ['volume', 'ls', '--quiet', ...labelled]),
      ]);
      return [
        ...directories,
        ...wordsOf(containers.stdout).map((id) => `container ${id}`),
        ...wordsOf(volumes.stdout).map((id) => `volume ${id}`),
        ...processes(directory),
      ];
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Lets the lease of what is there run out at once, and waits until its keeper has cleared it. */
export async function endLeases(directory: string, { remains }: HostWatch): Promise<readonly string[]> {
  for (const name of readdirSync(directory)) writeFileSync(join(directory, name, 'keeper/lease'), '0\n');
  const end = performance.now() + 60_000;
  let left = await remains();
  while (left.length > 0 && performance.now() < end) {
    await sleep(500);
    left = await remains();
  }
  return left;
}

/** What runs on the host has the directory in its arguments. */
function processes(directory: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => ({ pid, line: readProcess(pid) }))
    .filter(({ line }) => line.includes(directory))
    .map(({ pid, line }) => `process ${pid}: ${line.slice(0, 200)}`);
}

function readProcess(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

const wordsOf = (text: string) => text.split('\n').filter((line) => line !== '');
