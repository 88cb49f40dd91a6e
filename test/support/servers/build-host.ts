import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { hasSshServer, type SshServer, startSshServer } from './ssh-server.ts';

/** A build host: this machine's own openssh-server, and a proxy in front of it that cuts connections as told. */
export interface TestHost {
  readonly sshd: SshServer;
  readonly proxy: CuttingProxy;
  /** `user@127.0.0.1:port` of the server. */
  readonly address: string;
  /** The same through the proxy. */
  readonly cuttable: string;
  /** What the controller calls user-dir. */
  readonly userDirectory: string;
  /** A directory for what a test needs on this side. */
  readonly scratch: string;
  stop(): Promise<void>;
}

/** Whether a user may log in on this machine's openssh-server. */
export const canBeHost = hasSshServer && existsSync('/usr/bin/ssh');

/** @param environment variables of the sessions, beside those that podman needs on such machines */
export async function startTestHost(environment: Readonly<Record<string, string>> = {}): Promise<TestHost> {
  const directory = mkdtempSync(join(tmpdir(), 'test-host-'));
  const [keys, userDirectory, scratch] = ['keys', 'home', 'scratch'].map((name) => {
    mkdirSync(join(directory, name));
    return join(directory, name);
  }) as [string, string, string];
  const containers = join(directory, 'containers.conf');
  writeFileSync(
    containers,
    '[containers]\nnetns = "host"\ndefault_ulimits = ["nofile=4096:20000", "nproc=4096:4096"]\n\n[engine]\nruntime = "runc"\n',
  );
  const sshd = await startSshServer(keys, { CONTAINERS_CONF: containers, ...environment });
  const proxy = await startCuttingProxy(sshd.port);
  return {
    sshd,
    proxy,
    address: `${sshd.user}@127.0.0.1:${sshd.port}`,
    cuttable: `${sshd.user}@127.0.0.1:${proxy.port}`,
    userDirectory,
    scratch,
    async stop() {
      await proxy.stop();
      await sshd.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
