import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startService } from './service.ts';

const invocation = {
  global: [],
  hasInit: false,
  hasSmallLimits: false,
  hasResourceLimits: false,
  overlaysRoot: false,
  podNetwork: 'host',
} as const;

// For a container that memory has run out for, conmon leaves a file `oom` in the directory that podman runs in.
test('podman runs in the directory of its socket, not in ours', async () => {
  const service = await startService(invocation);
  try {
    await service.listening;
    const pids = readdirSync('/proc').filter((pid) =>
      commandLineOf(pid).includes(`${service.directory}/sock`),
    );

    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(service.directory);
  } finally {
    await service.close();
  }
});

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
