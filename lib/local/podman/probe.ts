import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../api.ts';
import { execSucceeds } from './containers.ts';
import type { Service } from './service.ts';

/** Whether a probe of the kubelet's holds for a container, asked once. */
export async function holds(probe: Probe, service: Service, container: string): Promise<boolean> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1_000;
  if (probe.exec) {
    // A first `exec` may be slow for reasons that are not the container's.
    const late = sleep(timeout + 2_000, false, { ref: false });
    return Promise.race([execSucceeds(service, container, probe.exec), late]);
  }
  if (probe.httpGet) return httpHolds(probe.httpGet, timeout);
  if (probe.tcpSocket)
    return tcpHolds(probe.tcpSocket.host ?? '127.0.0.1', Number(probe.tcpSocket.port), timeout);
  return true;
}

async function httpHolds(get: NonNullable<Probe['httpGet']>, timeout: number): Promise<boolean> {
  const { host = '127.0.0.1', port, path = '/', scheme = 'HTTP', httpHeaders = [] } = get;
  try {
    const answer = await fetch(`${scheme.toLowerCase()}://${host}:${port}${path}`, {
      headers: Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
      signal: AbortSignal.timeout(timeout),
      redirect: 'manual',
    });
    await answer.body?.cancel();
    return answer.status >= 200 && answer.status < 400;
  } catch {
    return false;
  }
}

function tcpHolds(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
