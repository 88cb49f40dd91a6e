import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '#lib/process';
import { goTool } from './go-tool.ts';
import { startRegistry } from './registry.ts';

export interface RunningRegistry {
  readonly host: string;
  stop(): Promise<void>;
}

export interface RegistryKind {
  readonly name: string;
  /** Whether it links a blob from another repository. */
  readonly mounts: boolean;
  start(): Promise<RunningRegistry>;
}

/** Every registry server that this machine can run: distribution's of the distribution, and with Go its next one and crane's. */
export async function registryKinds(): Promise<readonly RegistryKind[]> {
  const program = await goTool('registry');
  const crane = await goTool('crane');
  return [
    { name: 'distribution 2.8', mounts: true, start: startRegistry },
    ...(program === undefined
      ? []
      : [
          {
            name: 'distribution 3',
            mounts: true,
            start: () => startRegistry({ program }),
          },
        ]),
    ...(crane === undefined
      ? []
      : [{ name: "crane's", mounts: false, start: () => startCraneRegistry(crane) }]),
  ];
}

async function startCraneRegistry(crane: string): Promise<RunningRegistry> {
  const storage = await mkdtemp(join(tmpdir(), 'crane-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const controller = new AbortController();
  const args = ['registry', 'serve', '--address', host, '--disk', storage];
  const ended = run(crane, args, { signal: controller.signal, grace: 1_000 }).catch(() => {});
  for (let tries = 0; tries < 250; tries++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok) break;
    await sleep(20);
  }
  return {
    host,
    async stop() {
      controller.abort();
      await ended;
      await rm(storage, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
