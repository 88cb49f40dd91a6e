import type { Agent } from 'node:http';
import { isLoopback } from './loopback.ts';

/**
 * Milliseconds for each address of a host until the next is tried. Node's own 250 give up all but the last one of a host
 * that is further away (nodejs/node#54359).
 */
const ADDRESS_TIMEOUT = 5_000;

/** Makes an agent for a URL. A request that stays on this machine goes through no proxy, as in Go's programs. */
export function createAgent({ protocol, hostname }: URL): Agent {
  const { Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  return new Agent({
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
    ...(isLoopback(hostname) ? {} : { proxyEnv: process.env }),
  });
}
