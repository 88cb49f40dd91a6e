import type { Agent } from 'node:http';
import { isLoopback } from './loopback.ts';

/**
 * Milliseconds for each address of a host until the next is tried. Node's own 250 give up all but the last one of a host
 * that is further away (nodejs/node#54359).
 */
const ADDRESS_TIMEOUT = 5_000;

/**
 * Makes an agent for a URL. A request that stays on this machine goes through no proxy, as in Go's programs.
 *
 * @param connections how many it keeps open for further requests; by default each request has one of its own
 * @param ca authorities to trust beside those that Node.js trusts, in PEM
 */
export function createAgent({ protocol, hostname }: URL, connections = 0, ca: readonly string[] = []): Agent {
  const { Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  return new Agent({
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
    ...(ca.length === 0 ? {} : { ca: [...process.getBuiltinModule('node:tls').getCACertificates(), ...ca] }),
    ...(connections === 0 ? {} : { keepAlive: true, maxSockets: connections, maxFreeSockets: connections }),
    ...(isLoopback(hostname) ? {} : { proxyEnv: process.env }),
  });
}

/** Connections to many origins that are kept for further requests, until this is disposed of. */
export interface Connections extends Disposable {
  readonly agentFor: (url: URL) => Agent;
}

/**
 * @param connections to each origin, at the same time
 * @param ca authorities to trust beside those that Node.js trusts, in PEM
 */
export function keepConnections(connections: number, ca: readonly string[] = []): Connections {
  const agents = new Map<string, Agent>();
  return {
    agentFor: (url) => {
      const agent = agents.get(url.origin) ?? createAgent(url, connections, ca);
      agents.set(url.origin, agent);
      return agent;
    },
    [Symbol.dispose]: () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}
