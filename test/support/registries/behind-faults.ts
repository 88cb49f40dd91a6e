import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createRegistryClient, type RegistryClient, type RegistryOptions, type Repository } from '#lib/oci';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Registry, startRegistry } from './registry.ts';

export interface BehindFaults {
  readonly registry: Registry;
  /** This test's own proxy, as is its client. */
  readonly proxy: FaultProxy;
  readonly client: RegistryClient;
  /** Milliseconds of each back-off of this test. */
  readonly waits: readonly number[];
  /** One that no other test has. */
  repository(name: string): Repository;
}

/** For the tests of a file: one real registry, and for each of them a proxy in front of it where things go wrong as told. */
export function behindFaults(options: RegistryOptions): BehindFaults {
  let registry: Registry;
  let proxy: FaultProxy;
  let client: RegistryClient;
  let waits: number[];
  let count = 0;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  beforeEach(async () => {
    proxy = await startFaultProxy(registry.host);
    waits = [];
    count++;
    client = createRegistryClient({
      credentials: async () => undefined,
      onRetry: (_, wait) => waits.push(wait),
      ...options,
    });
  });
  afterEach(async () => {
    client.close();
    await proxy.stop();
  });
  afterAll(() => registry.stop());
  return {
    get registry() {
      return registry;
    },
    get proxy() {
      return proxy;
    },
    get client() {
      return client;
    },
    get waits() {
      return waits;
    },
    repository: (name) => client.repository(`${proxy.host}/${name}/${count}`),
  };
}
