import { setTimeout as sleep } from 'node:timers/promises';
import { run, ToolError } from '#lib/process';
import type { Probe } from '../model/api.ts';
import { execSucceeds, processOf } from './containers.ts';
import type { Service } from './service.ts';

/** Whether a probe of the kubelet's holds for a container, asked once. */
export async function holds(
  probe: Probe,
  service: Service,
  container: string,
  isOnHost: boolean,
): Promise<boolean> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1_000;
  if (probe.exec) {
    // A first `exec` may be slow for reasons that are not the container's.
    const late = sleep(timeout + 2_000, false, { ref: false });
    return Promise.race([execSucceeds(service, container, probe.exec), late]);
  }
  if (!probe.httpGet && !probe.tcpSocket) return true;
  const prefix = isOnHost ? [] : await inNetworkOf(service, container);
  if (!prefix) return false;
  const input = JSON.stringify({ timeout, httpGet: probe.httpGet, tcpSocket: probe.tcpSocket });
  const [program, ...args] = [...prefix, process.execPath, '--input-type=module', '--eval', ask];
  return run(program, args, { input, timeout: timeout + 5_000 }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ToolError) return false;
      throw error;
    },
  );
}

/** The kubelet reaches a pod by its address; from outside of these networks nothing does, so it is asked inside. */
export async function inNetworkOf(
  service: Service,
  container: string,
): Promise<readonly string[] | undefined> {
  const pid = await processOf(service, container);
  if (pid === 0) return undefined;
  const user = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  return ['nsenter', `--target=${pid}`, '--net', ...user, '--'];
}

/** Ends with 0 when the answer is yes. What is asked is its input, and never part of the program. */
const ask = `
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
const { timeout, httpGet, tcpSocket } = await json(process.stdin);
setTimeout(() => process.exit(1), timeout);
if (httpGet) {
  const { host = '127.0.0.1', port, path = '/', scheme = 'HTTP', httpHeaders = [] } = httpGet;
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const url = scheme.toLowerCase() + '://' + host + ':' + port + path;
  const { status } = await fetch(url, { headers, redirect: 'manual' }).catch(() => ({ status: 0 }));
  process.exit(status >= 200 && status < 400 ? 0 : 1);
}
connect({ host: tcpSocket.host ?? '127.0.0.1', port: Number(tcpSocket.port) })
  .once('connect', () => process.exit(0))
  .once('error', () => process.exit(1));
`;
